DROP TABLE bylines_version;

-- The newest of each place.
DELETE FROM drafts WHERE EXISTS (SELECT 1 FROM drafts AS newer WHERE newer.member_id = drafts.member_id AND newer.place = drafts.place
    AND (newer.saved_at > drafts.saved_at OR (newer.saved_at = drafts.saved_at AND newer.id > drafts.id)));
ALTER TABLE drafts DROP CONSTRAINT drafts_member_id_place_submission_id_key;
ALTER TABLE drafts DROP COLUMN submission_id;
ALTER TABLE drafts ADD UNIQUE (member_id, place);
