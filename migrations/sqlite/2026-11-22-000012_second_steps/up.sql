-- From when on a role rests until its holder has a second step at sign-in; nothing: none is missing.
ALTER TABLE members ADD COLUMN second_step_due_at BIGINT;
UPDATE members SET second_step_due_at = CAST(strftime('%s', 'now') AS BIGINT) * 1000000 + 1209600000000
    WHERE is_moderator OR is_clinician OR is_administrator;

-- When somebody last proved in this session who they are.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- An app that shows codes (RFC 6238), one a person. The secret is encrypted with a key that does not stand in the database.
CREATE TABLE totp_secrets (
    member_id BIGINT PRIMARY KEY NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    hidden_secret BLOB NOT NULL,
    -- The 30 seconds whose code was taken last: no code is taken twice, and none that is older.
    last_step BIGINT NOT NULL,
    added_at BIGINT NOT NULL
);

-- Codes on paper, each good for one time; a row goes with its use. All of one sheet share their salt.
CREATE TABLE recovery_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    salt BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    UNIQUE (member_id, code_hash)
);

-- Browsers in which somebody has signed in before, by a cookie that only they have.
CREATE TABLE known_browsers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL,
    seen_at BIGINT NOT NULL,
    -- Until then it is asked for no second step.
    trusted_until BIGINT,
    UNIQUE (member_id, token_hash)
);
CREATE INDEX known_browsers_by_age ON known_browsers (seen_at);
