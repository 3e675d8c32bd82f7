-- Names that somebody had here before. Nobody gets one again, nor one that looks like it.
CREATE TABLE old_handles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Nobody, once that person was erased.
    member_id BIGINT REFERENCES members (id) ON DELETE SET NULL,
    -- Emptied when that person is erased.
    handle TEXT NOT NULL,
    handle_key TEXT UNIQUE,
    -- A keyed hash of the key: it alone stays, so that the name stays nobody's.
    handle_hash TEXT NOT NULL UNIQUE,
    -- They themselves, or an administrator whom they asked.
    changed_by BIGINT REFERENCES members (id) ON DELETE SET NULL,
    changed_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX old_handles_by_member ON old_handles (member_id);

-- When a sheet of codes was made: whoever says "this was not me" takes away a sheet that is younger than what they disown.
ALTER TABLE recovery_codes ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
