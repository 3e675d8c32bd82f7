-- A button that is pressed twice sends the token or the mark of before: it holds for a minute after there is another one.
ALTER TABLE sessions ADD COLUMN previous_hash BLOB;
ALTER TABLE sessions ADD COLUMN renewed_at BIGINT;
CREATE INDEX sessions_by_previous ON sessions (previous_hash) WHERE previous_hash IS NOT NULL;
ALTER TABLE known_browsers ADD COLUMN previous_hash BLOB;
ALTER TABLE known_browsers ADD COLUMN renewed_at BIGINT;
CREATE INDEX known_browsers_by_previous ON known_browsers (previous_hash) WHERE previous_hash IS NOT NULL;
-- Somebody asked to move the same account to another address while this request was open.
ALTER TABLE mailbox_requests ADD COLUMN contested_at BIGINT;
