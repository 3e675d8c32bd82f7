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

-- Somebody says that they cannot read the letters of their account any more and wants it moved to another address. A row is
-- written for an address that nobody has, too: the same work for both, and a person answers both.
CREATE TABLE mailbox_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Whose account has the address that was named; nobody's.
    member_id BIGINT REFERENCES members (id) ON DELETE CASCADE,
    -- The address that was named.
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    -- Where the account should move.
    new_email TEXT NOT NULL,
    -- What they tell those who decide.
    words TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'moved')),
    -- The hash of the link to the new address, once it was approved.
    confirm_hash BLOB UNIQUE,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT REFERENCES members (id)
);
-- One open request for an account.
CREATE UNIQUE INDEX mailbox_requests_open ON mailbox_requests (email_key) WHERE state = 'asked' OR state = 'approved';
CREATE INDEX mailbox_requests_by_member ON mailbox_requests (member_id);
