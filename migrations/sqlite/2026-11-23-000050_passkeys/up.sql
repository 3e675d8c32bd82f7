-- Passkeys (WebAuthn). What they sign with never leaves the person's device; here stands what proves it.
CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- As its owner calls it.
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    -- The public key, its counter and what the device said of itself, as the crate webauthn-rs writes it. Whoever uses the key
    -- replaces these very words: of two uses at the same moment with a counter one wins.
    credential TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_of_member ON passkeys (member_id);

-- Questions that browsers were asked and have not answered yet; a row goes with its answer, right or wrong.
CREATE TABLE passkey_challenges (
    token_hash BLOB PRIMARY KEY NOT NULL,
    -- Who was asked; nothing: whoever signs in with a passkey alone.
    member_id BIGINT REFERENCES members (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_age ON passkey_challenges (asked_at);
CREATE INDEX passkey_challenges_of_member ON passkey_challenges (member_id);
