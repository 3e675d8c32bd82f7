CREATE TABLE helplines (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    about TEXT NOT NULL DEFAULT '',
    -- ISO 3166-1 codes with a comma between them; empty: everywhere.
    countries TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL,
    need TEXT NOT NULL CHECK (need IN ('talk', 'illness')),
    voice_number TEXT NOT NULL DEFAULT '',
    text_number TEXT NOT NULL DEFAULT '',
    text_words TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT '',
    cost TEXT NOT NULL DEFAULT '',
    is_sample BOOLEAN NOT NULL DEFAULT FALSE,
    place_in_order INTEGER NOT NULL DEFAULT 0,
    owner_id BIGINT REFERENCES members (id),
    checked_on BIGINT,
    checked_by BIGINT REFERENCES members (id),
    reminded_at BIGINT,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (voice_number <> '' OR text_number <> '')
);
