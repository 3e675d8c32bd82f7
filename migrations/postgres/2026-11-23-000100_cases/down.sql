DROP TABLE moderation_log;
DROP TABLE case_notes;
DROP TABLE reports;
DROP TABLE case_texts;
DROP TABLE cases;
DROP FUNCTION keep_moderation_log();
