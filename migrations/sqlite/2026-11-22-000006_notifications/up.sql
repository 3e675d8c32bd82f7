-- Who did what where. One row in the transaction in which it happened; the worker makes the notices.
CREATE TABLE happenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('replied', 'board-asked', 'board-decided')),
    actor_id BIGINT NOT NULL REFERENCES members (id),
    board_id BIGINT REFERENCES boards (id),
    thread_id BIGINT REFERENCES threads (id),
    post_id BIGINT REFERENCES posts (id),
    -- For whom, where the happening itself says so.
    member_id BIGINT REFERENCES members (id),
    happened_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE INDEX happenings_open ON happenings (id) WHERE done_at IS NULL;

CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    happening_id BIGINT NOT NULL REFERENCES happenings (id),
    kind TEXT NOT NULL,
    actor_id BIGINT NOT NULL REFERENCES members (id),
    board_id BIGINT REFERENCES boards (id),
    thread_id BIGINT REFERENCES threads (id),
    post_id BIGINT REFERENCES posts (id),
    noticed_at BIGINT NOT NULL,
    read_at BIGINT,
    -- When a letter may tell of it; empty: never.
    letter_due_at BIGINT,
    letter_made_at BIGINT,
    UNIQUE (member_id, happening_id)
);
CREATE INDEX notices_by_member ON notices (member_id, id);
CREATE INDEX notices_letters_due ON notices (letter_due_at) WHERE letter_due_at IS NOT NULL AND letter_made_at IS NULL;
