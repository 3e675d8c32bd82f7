-- Words that are not posted yet. One for each form of each person at a place: what was typed in two windows, or before and
-- after signing in again, stands side by side.
CREATE TABLE drafts_by_form (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- 'board:7' a new thread, 'thread:812' a reply, 'post:4021' a change, 'locked:812' why a moderator closes a thread.
    place TEXT NOT NULL,
    -- Made when the form was rendered; empty for a form that has none.
    submission_id TEXT NOT NULL,
    -- The form's fields, as JSON.
    fields TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (member_id, place, submission_id)
);
INSERT INTO drafts_by_form (id, member_id, place, submission_id, fields, saved_at, expires_at)
    SELECT id, member_id, place, COALESCE(json_extract(fields, '$.submission_id'), ''), fields, saved_at, expires_at FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_by_form RENAME TO drafts;
CREATE INDEX drafts_by_end ON drafts (expires_at);

-- One row: rises when somebody changes the name or the mark that stands beside all their posts.
CREATE TABLE bylines_version (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO bylines_version (id, version) VALUES (1, 1);
