-- Who changed how people join, and when: a line for each setting that became another one.
CREATE TABLE site_setting_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_by BIGINT NOT NULL REFERENCES members (id),
    changed_at BIGINT NOT NULL
);
CREATE INDEX site_setting_changes_by_name ON site_setting_changes (name, id);

-- Links that let people in. Only the hash of a token is kept.
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    uses_allowed INTEGER NOT NULL CHECK (uses_allowed BETWEEN 1 AND 100),
    uses_taken INTEGER NOT NULL DEFAULT 0 CHECK (uses_taken BETWEEN 0 AND uses_allowed),
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    taken_back_at BIGINT
);
CREATE INDEX invitations_by_member ON invitations (member_id);
CREATE INDEX invitations_by_end ON invitations (ends_at);

-- How somebody came in, where another person had a part in it. For administrators alone.
CREATE TABLE arrivals (
    member_id BIGINT NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    invited_by BIGINT REFERENCES members (id) ON DELETE SET NULL,
    approved_by BIGINT REFERENCES members (id) ON DELETE SET NULL
);
CREATE INDEX arrivals_by_inviter ON arrivals (invited_by);

-- A wish to join with an answer waits for a person once its address is confirmed. Denied, it is deleted after 14 days.
ALTER TABLE pending_joins ADD COLUMN answer TEXT NOT NULL DEFAULT '' CHECK (length(answer) <= 2000);
ALTER TABLE pending_joins ADD COLUMN community_letters BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE pending_joins ADD COLUMN invitation_id BIGINT REFERENCES invitations (id) ON DELETE SET NULL;
ALTER TABLE pending_joins ADD COLUMN confirmed_at BIGINT;
ALTER TABLE pending_joins ADD COLUMN denied_at BIGINT;
ALTER TABLE pending_joins ADD COLUMN denied_by BIGINT REFERENCES members (id) ON DELETE SET NULL;
CREATE INDEX pending_joins_waiting ON pending_joins (confirmed_at) WHERE confirmed_at IS NOT NULL;
CREATE INDEX pending_joins_by_email ON pending_joins (email_key);

-- Community letters are asked for apart.
CREATE TABLE consents_by_kind (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'health', 'letters')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
INSERT INTO consents_by_kind (id, member_id, kind, version, given_at, withdrawn_at)
    SELECT id, member_id, kind, version, given_at, withdrawn_at FROM consents;
DROP TABLE consents;
ALTER TABLE consents_by_kind RENAME TO consents;
CREATE INDEX consents_by_member ON consents (member_id, kind);
