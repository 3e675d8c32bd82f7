-- Links to choose a new password. Only the hash of a token is kept. A row is written for an address without a member, too (it
-- leads to nobody): the same work for both.
CREATE TABLE password_resets (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT REFERENCES members (id) ON DELETE CASCADE,
    -- The address that asked: the link dies when it is not the member's any more.
    email_key TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    asked_at BIGINT NOT NULL
);
CREATE INDEX password_resets_by_email ON password_resets (email_key);
CREATE INDEX password_resets_by_age ON password_resets (asked_at);
