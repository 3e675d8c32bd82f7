-- Who somebody is at a provider of sign-on: its address and the name it has for them, never an e-mail address.
CREATE TABLE identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (member_id, issuer)
);

-- The same of somebody who wants to join, until their address is confirmed.
CREATE TABLE pending_identities (
    pending_id BIGINT PRIMARY KEY NOT NULL REFERENCES pending_joins (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- The settings let people of this provider in whatever is set about joining.
    always_joins BOOLEAN NOT NULL
);

-- Sessions that a provider began, so that it can end them. sid: its own name of its session, or empty.
CREATE TABLE sign_on_sessions (
    session_id BIGINT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    identity_id BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    sid TEXT NOT NULL
);
CREATE INDEX sign_on_sessions_by_identity ON sign_on_sessions (identity_id);

-- Browsers on their way to a provider and back, for ten minutes; a row goes with its use. What they take along is encrypted.
CREATE TABLE sign_on_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    state_hash BLOB NOT NULL UNIQUE,
    browser_hash BLOB NOT NULL,
    hidden BLOB NOT NULL,
    started_at BIGINT NOT NULL
);
CREATE INDEX sign_on_attempts_by_age ON sign_on_attempts (started_at);

-- Browsers that came back with somebody who has no account yet, for two hours. Who it is is encrypted.
CREATE TABLE sign_on_newcomers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    browser_hash BLOB NOT NULL UNIQUE,
    hidden BLOB NOT NULL,
    came_at BIGINT NOT NULL
);
CREATE INDEX sign_on_newcomers_by_age ON sign_on_newcomers (came_at);

-- Words of providers that somebody signed out, each taken once.
CREATE TABLE sign_on_logouts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    taken_at BIGINT NOT NULL
);
