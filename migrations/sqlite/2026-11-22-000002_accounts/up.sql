CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    handle TEXT NOT NULL CHECK (length(handle) BETWEEN 3 AND 30),
    -- What two handles share if they look alike.
    handle_key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    is_mentor BOOLEAN NOT NULL DEFAULT FALSE,
    is_moderator BOOLEAN NOT NULL DEFAULT FALSE,
    is_clinician BOOLEAN NOT NULL DEFAULT FALSE,
    is_representative BOOLEAN NOT NULL DEFAULT FALSE,
    is_administrator BOOLEAN NOT NULL DEFAULT FALSE,
    -- A board that the organisation does not read is closed to these, whatever else they are.
    works_for_organisation BOOLEAN NOT NULL DEFAULT FALSE,
    country TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT '',
    colours TEXT NOT NULL DEFAULT '' CHECK (colours IN ('', 'light', 'dark')),
    text_size TEXT NOT NULL DEFAULT '' CHECK (text_size IN ('', 'larger', 'largest')),
    plain_titles BOOLEAN NOT NULL DEFAULT FALSE,
    here_as TEXT NOT NULL DEFAULT '' CHECK (here_as IN ('', 'living', 'caring', 'both', 'working')),
    about TEXT NOT NULL DEFAULT '' CHECK (length(about) <= 300),
    mark TEXT NOT NULL DEFAULT 'wave',
    mark_colour TEXT NOT NULL DEFAULT 'moss',
    shows_here_as BOOLEAN NOT NULL DEFAULT FALSE,
    shows_about BOOLEAN NOT NULL DEFAULT FALSE,
    shows_since BOOLEAN NOT NULL DEFAULT FALSE,
    community_letters BOOLEAN NOT NULL DEFAULT TRUE,
    unread_notices INTEGER NOT NULL DEFAULT 0 CHECK (unread_notices >= 0),
    post_count INTEGER NOT NULL DEFAULT 0 CHECK (post_count >= 0),
    threads_opened INTEGER NOT NULL DEFAULT 0,
    joined_at BIGINT NOT NULL,
    last_seen_at BIGINT
);

-- Somebody who asked to join and has not opened the letter yet. Becomes a member, or is deleted after 14 days. A row is
-- written for a known address too (it then holds no token): the same work, and the name is taken either way.
CREATE TABLE pending_joins (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    handle TEXT NOT NULL,
    handle_key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT '',
    rules_version TEXT NOT NULL,
    token_hash BLOB UNIQUE,
    asked_at BIGINT NOT NULL
);
CREATE INDEX pending_joins_by_age ON pending_joins (asked_at);

-- What a person agreed to, when, and when they took it back.
CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'health')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX consents_by_member ON consents (member_id, kind);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    is_shared_device BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_member ON sessions (member_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- The link that makes the first administrator, or one that an administrator made on the command line.
CREATE TABLE setup_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE role_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    role TEXT NOT NULL,
    is_granted BOOLEAN NOT NULL,
    changed_by BIGINT REFERENCES members (id),
    changed_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX role_changes_by_member ON role_changes (member_id);
