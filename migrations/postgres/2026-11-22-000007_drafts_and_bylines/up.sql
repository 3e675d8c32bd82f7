-- Words that are not posted yet. One for each form of each person at a place: what was typed in two windows, or before and
-- after signing in again, stands side by side. The id was made when the form was rendered; empty for a form that has none.
ALTER TABLE drafts ADD COLUMN submission_id TEXT NOT NULL DEFAULT '';
UPDATE drafts SET submission_id = COALESCE(fields::json ->> 'submission_id', '');
ALTER TABLE drafts ALTER COLUMN submission_id DROP DEFAULT;
ALTER TABLE drafts DROP CONSTRAINT drafts_member_id_place_key;
ALTER TABLE drafts ADD UNIQUE (member_id, place, submission_id);

-- One row: rises when somebody changes the name or the mark that stands beside all their posts.
CREATE TABLE bylines_version (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO bylines_version (id, version) VALUES (1, 1);
