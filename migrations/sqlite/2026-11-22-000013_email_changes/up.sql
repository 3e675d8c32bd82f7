-- Changes of an address: asked for, confirmed by a link to the new one, undone by a link to the old one. Only the hashes of
-- tokens are kept. A row is written for a new address that somebody has already, too (its link opens nothing).
CREATE TABLE email_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    old_email TEXT NOT NULL,
    old_email_key TEXT NOT NULL,
    new_email TEXT NOT NULL,
    confirm_hash BLOB UNIQUE,
    undo_hash BLOB UNIQUE,
    asked_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX email_changes_by_member ON email_changes (member_id);
CREATE INDEX email_changes_by_old_address ON email_changes (old_email_key);
CREATE INDEX email_changes_by_age ON email_changes (asked_at);
