CREATE TABLE boards (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 2 AND 80),
    purpose TEXT NOT NULL CHECK (length(purpose) BETWEEN 1 AND 300),
    kind TEXT NOT NULL CHECK (kind IN ('peers', 'ask', 'feedback', 'announcements')),
    audience TEXT NOT NULL CHECK (audience IN ('public', 'members', 'board-members')),
    organisation_reads BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '',
    place_in_order INTEGER NOT NULL DEFAULT 0,
    thread_count INTEGER NOT NULL DEFAULT 0 CHECK (thread_count >= 0),
    post_count INTEGER NOT NULL DEFAULT 0 CHECK (post_count >= 0),
    member_count INTEGER NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    last_post_at BIGINT,
    -- Rises with everything that the board's page shows.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);

-- One row: rises when the list of boards changes, so that pages that show it can be told apart.
CREATE TABLE board_list_version (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO board_list_version (id, version) VALUES (1, 1);

CREATE TABLE content_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    board_id BIGINT NOT NULL REFERENCES boards (id),
    label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 60),
    place_in_order INTEGER NOT NULL DEFAULT 0,
    retired_at BIGINT,
    UNIQUE (board_id, label)
);

CREATE TABLE board_moderators (
    board_id BIGINT NOT NULL REFERENCES boards (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    since BIGINT NOT NULL,
    PRIMARY KEY (board_id, member_id)
);
CREATE INDEX board_moderators_by_member ON board_moderators (member_id);

CREATE TABLE board_members (
    board_id BIGINT NOT NULL REFERENCES boards (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    since BIGINT NOT NULL,
    let_in_by BIGINT REFERENCES members (id),
    PRIMARY KEY (board_id, member_id)
);
CREATE INDEX board_members_by_member ON board_members (member_id);

CREATE TABLE board_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    board_id BIGINT NOT NULL REFERENCES boards (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    words TEXT NOT NULL DEFAULT '',
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT REFERENCES members (id),
    outcome TEXT CHECK (outcome IN ('let-in', 'refused', 'taken-back')),
    reason TEXT NOT NULL DEFAULT '',
    CHECK ((decided_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX board_requests_open ON board_requests (board_id, member_id) WHERE decided_at IS NULL;

-- Who changed what about a board, in words.
CREATE TABLE board_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    board_id BIGINT NOT NULL REFERENCES boards (id),
    changed_by BIGINT REFERENCES members (id),
    changed_at BIGINT NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX board_changes_by_board ON board_changes (board_id);
