CREATE TABLE consents_by_kind (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'health')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
INSERT INTO consents_by_kind (id, member_id, kind, version, given_at, withdrawn_at)
    SELECT id, member_id, kind, version, given_at, withdrawn_at FROM consents WHERE kind <> 'letters';
DROP TABLE consents;
ALTER TABLE consents_by_kind RENAME TO consents;
CREATE INDEX consents_by_member ON consents (member_id, kind);

DROP INDEX pending_joins_by_email;
DROP INDEX pending_joins_waiting;
ALTER TABLE pending_joins DROP COLUMN denied_by;
ALTER TABLE pending_joins DROP COLUMN denied_at;
ALTER TABLE pending_joins DROP COLUMN confirmed_at;
ALTER TABLE pending_joins DROP COLUMN invitation_id;
ALTER TABLE pending_joins DROP COLUMN community_letters;
ALTER TABLE pending_joins DROP COLUMN answer;
DROP TABLE arrivals;
DROP TABLE invitations;
DROP TABLE site_setting_changes;
