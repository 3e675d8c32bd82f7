ALTER TABLE mailbox_requests DROP COLUMN contested_at;
DROP INDEX known_browsers_by_previous;
ALTER TABLE known_browsers DROP COLUMN renewed_at;
ALTER TABLE known_browsers DROP COLUMN previous_hash;
DROP INDEX sessions_by_previous;
ALTER TABLE sessions DROP COLUMN renewed_at;
ALTER TABLE sessions DROP COLUMN previous_hash;
