-- The texts that hold here: house rules, privacy notice and disclaimer. Version 1 of each comes with the program and has no row;
-- every later one stays as it was published.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'privacy', 'disclaimer')),
    version INTEGER NOT NULL CHECK (version > 1),
    -- Markdown as it was typed, and the HTML that was made of it once.
    source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 40000),
    html TEXT NOT NULL,
    -- What is different, in a line that everybody reads.
    changed TEXT NOT NULL CHECK (length(changed) BETWEEN 1 AND 300),
    published_by BIGINT NOT NULL REFERENCES members (id),
    published_at BIGINT NOT NULL,
    UNIQUE (kind, version)
);

-- Which version holds, and the newest one that everybody was asked to agree to (0: none). Whoever publishes and whoever joins
-- waits for the other at this row.
CREATE TABLE present_documents (
    kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('rules', 'privacy', 'disclaimer')),
    version INTEGER NOT NULL CHECK (version > 0),
    asked_version INTEGER NOT NULL CHECK (asked_version BETWEEN 0 AND version)
);
INSERT INTO present_documents (kind, version, asked_version) VALUES ('rules', 1, 0), ('privacy', 1, 0), ('disclaimer', 1, 0);

-- A text that asks for agreement was published since they last agreed: they read, and write when they have agreed.
ALTER TABLE members ADD COLUMN must_agree BOOLEAN NOT NULL DEFAULT FALSE;

-- People agree to the other texts, too. SQLite changes no check: the table is made anew.
CREATE TABLE consents_anew (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('rules', 'privacy', 'disclaimer', 'health', 'letters')),
    version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
INSERT INTO consents_anew (id, member_id, kind, version, given_at, withdrawn_at)
SELECT id, member_id, kind, version, given_at, withdrawn_at FROM consents;
DROP TABLE consents;
ALTER TABLE consents_anew RENAME TO consents;
CREATE INDEX consents_by_member ON consents (member_id, kind);
