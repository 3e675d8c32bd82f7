DROP TABLE known_browsers;
DROP TABLE recovery_codes;
DROP TABLE totp_secrets;
ALTER TABLE sessions DROP COLUMN proved_at;
ALTER TABLE members DROP COLUMN second_step_due_at;
