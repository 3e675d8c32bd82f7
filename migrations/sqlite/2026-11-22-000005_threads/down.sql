DROP TABLE reading_positions;
DROP TABLE drafts;
DROP TABLE post_revisions;
DROP TABLE posts;
DROP TABLE thread_changes;
DROP TABLE thread_notes;
DROP TABLE threads;
