-- A browser's mark changes at each sign-in, for everybody who is known by it.
CREATE INDEX known_browsers_by_mark ON known_browsers (token_hash);
