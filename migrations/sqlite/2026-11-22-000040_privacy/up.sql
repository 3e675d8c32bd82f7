-- Somebody leaves. For two weeks they may come back; then the worker erases what is theirs. The row stays, with numbers only:
-- its letter's link shows them, and after a restore it says who must be erased again.
CREATE TABLE departures (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL UNIQUE REFERENCES members (id),
    -- Whether their words stay, without a name, or go.
    words TEXT NOT NULL CHECK (words IN ('keep', 'take')),
    -- What stood beside their posts, as JSON, to be put back; emptied when they are erased.
    byline TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- They came back; the row goes when all of their words stand again.
    returned_at BIGINT,
    erased_at BIGINT,
    -- What was erased and what stays: numbers, as JSON.
    receipt TEXT NOT NULL DEFAULT '',
    -- The last letter is gone, too, and with it their address.
    finished_at BIGINT,
    CHECK (returned_at IS NULL OR erased_at IS NULL)
);
CREATE INDEX departures_open ON departures (asked_at) WHERE finished_at IS NULL;

-- What somebody takes along: asked for, made by the worker, kept for two days. One for each person.
CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL UNIQUE REFERENCES members (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    claimed_until BIGINT,
    made_at BIGINT,
    -- A ZIP; none until it was made, and none again when its time is over.
    file BLOB,
    CHECK (file IS NULL OR made_at IS NOT NULL)
);
