DROP TABLE mailbox_requests;
DROP TABLE old_handles;
ALTER TABLE recovery_codes DROP COLUMN made_at;
