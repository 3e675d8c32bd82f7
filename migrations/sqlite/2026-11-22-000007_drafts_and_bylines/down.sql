DROP TABLE bylines_version;

CREATE TABLE drafts_by_place (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    fields TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (member_id, place)
);
-- The newest of each place.
INSERT INTO drafts_by_place (id, member_id, place, fields, saved_at, expires_at)
    SELECT id, member_id, place, fields, saved_at, expires_at FROM drafts
    WHERE NOT EXISTS (SELECT 1 FROM drafts AS newer WHERE newer.member_id = drafts.member_id AND newer.place = drafts.place
        AND (newer.saved_at > drafts.saved_at OR (newer.saved_at = drafts.saved_at AND newer.id > drafts.id)));
DROP TABLE drafts;
ALTER TABLE drafts_by_place RENAME TO drafts;
CREATE INDEX drafts_by_end ON drafts (expires_at);
