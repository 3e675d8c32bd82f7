-- What a session's browser said it is, as 'Firefox/Android': for its owner, to know it again. Nothing of its address is kept.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
