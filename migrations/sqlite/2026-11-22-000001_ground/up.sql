-- Settings that an administrator changes while the site runs.
CREATE TABLE site_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- How often something was done: by account or by the keyed hash of an address, never by the address itself.
CREATE TABLE throttles (
    bucket TEXT NOT NULL PRIMARY KEY,
    window_started_at BIGINT NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0)
);
CREATE INDEX throttles_by_age ON throttles (window_started_at);

-- Letters to be sent and letters that were sent: written in the same transaction as what they tell.
CREATE TABLE letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT,
    to_address TEXT NOT NULL,
    template TEXT NOT NULL,
    -- What the template needs, as JSON; emptied once the letter is sent, because it may hold a token.
    parameters TEXT NOT NULL,
    is_service BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_until BIGINT,
    sent_at BIGINT,
    given_up_at BIGINT,
    last_error TEXT,
    -- At most one letter for one cause.
    cause TEXT UNIQUE,
    CHECK (sent_at IS NULL OR given_up_at IS NULL)
);
CREATE INDEX letters_due ON letters (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX letters_by_age ON letters (created_at);
