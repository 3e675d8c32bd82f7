CREATE TABLE consents_before (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'health', 'letters')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
INSERT INTO consents_before (id, member_id, kind, version, given_at, withdrawn_at)
SELECT id, member_id, kind, version, given_at, withdrawn_at FROM consents WHERE kind NOT IN ('privacy', 'disclaimer');
DROP TABLE consents;
ALTER TABLE consents_before RENAME TO consents;
CREATE INDEX consents_by_member ON consents (member_id, kind);
ALTER TABLE members DROP COLUMN must_agree;
DROP TABLE present_documents;
DROP TABLE documents;
