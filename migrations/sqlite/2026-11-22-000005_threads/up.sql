CREATE TABLE threads (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    board_id BIGINT NOT NULL REFERENCES boards (id),
    author_id BIGINT NOT NULL REFERENCES members (id),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 5 AND 150),
    -- As it was written for. The board may be widened later; this is not.
    audience TEXT NOT NULL CHECK (audience IN ('public', 'members', 'board-members')),
    organisation_reads BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    -- Of the opening post, for lists.
    stance TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    -- Positions given so far; stubs keep theirs.
    post_count INTEGER NOT NULL CHECK (post_count >= 1),
    -- Replies that stand.
    reply_count INTEGER NOT NULL DEFAULT 0 CHECK (reply_count >= 0),
    last_post_at BIGINT NOT NULL,
    last_author_id BIGINT NOT NULL REFERENCES members (id),
    -- The first reply by somebody else that stands.
    first_reply_at BIGINT,
    note_count INTEGER NOT NULL DEFAULT 0,
    locked_at BIGINT,
    pinned_at BIGINT,
    -- The opening post was withdrawn by its author.
    withdrawn_at BIGINT,
    -- Rises with everything that the thread's page shows.
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX threads_latest ON threads (board_id, last_post_at, id);
CREATE INDEX threads_newest ON threads (board_id, opened_at, id);
CREATE INDEX threads_unanswered ON threads (board_id, opened_at, id) WHERE first_reply_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX threads_waiting ON threads (opened_at, id) WHERE first_reply_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX threads_pinned ON threads (board_id, pinned_at) WHERE pinned_at IS NOT NULL;
CREATE INDEX threads_by_author ON threads (author_id, id);

CREATE TABLE thread_notes (
    thread_id BIGINT NOT NULL REFERENCES threads (id),
    note_id BIGINT NOT NULL REFERENCES content_notes (id),
    PRIMARY KEY (thread_id, note_id)
);

-- Locking, unlocking, pinning, unpinning: who, when and why.
CREATE TABLE thread_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    thread_id BIGINT NOT NULL REFERENCES threads (id),
    change TEXT NOT NULL CHECK (change IN ('locked', 'unlocked', 'pinned', 'unpinned')),
    changed_by BIGINT NOT NULL REFERENCES members (id),
    changed_at BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) <= 500)
);
CREATE INDEX thread_changes_by_thread ON thread_changes (thread_id, id);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    thread_id BIGINT NOT NULL REFERENCES threads (id),
    -- 1 is the opening post; never given twice.
    position INTEGER NOT NULL CHECK (position >= 1),
    author_id BIGINT NOT NULL REFERENCES members (id),
    stance TEXT NOT NULL CHECK (stance IN ('experience', 'caring', 'read', 'general', 'organisation')),
    source TEXT NOT NULL DEFAULT '' CHECK (length(source) <= 500),
    in_reply_to BIGINT REFERENCES posts (id),
    body_source TEXT NOT NULL,
    body_html TEXT NOT NULL,
    render_version INTEGER NOT NULL,
    posted_at BIGINT NOT NULL,
    -- The last change that is shown as one; a change within the silent minutes leaves it empty.
    edited_at BIGINT,
    revision INTEGER NOT NULL DEFAULT 1,
    withdrawn_at BIGINT,
    erased_at BIGINT,
    submission_id TEXT NOT NULL,
    submission_hash BLOB NOT NULL,
    CHECK (stance <> 'read' OR source <> '' OR withdrawn_at IS NOT NULL),
    UNIQUE (thread_id, position),
    UNIQUE (author_id, submission_id, submission_hash)
);
CREATE INDEX posts_by_author ON posts (author_id, posted_at);
CREATE INDEX posts_to_erase ON posts (withdrawn_at) WHERE withdrawn_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX posts_answers ON posts (in_reply_to) WHERE in_reply_to IS NOT NULL;

-- What a post said before a visible change. Read by its author and the board's moderators.
CREATE TABLE post_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    title TEXT,
    stance TEXT NOT NULL,
    source TEXT NOT NULL,
    body_source TEXT NOT NULL,
    body_html TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    taken_away_at BIGINT,
    UNIQUE (post_id, number)
);

-- Words that are not posted yet. One for each place of each person.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- 'board:7' a new thread, 'thread:812' a reply, 'post:4021' a change.
    place TEXT NOT NULL,
    -- The form's fields, as JSON.
    fields TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (member_id, place)
);
CREATE INDEX drafts_by_end ON drafts (expires_at);

-- How far each member has read. Written by the worker from memory, within 30 seconds.
CREATE TABLE reading_positions (
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    thread_id BIGINT NOT NULL REFERENCES threads (id),
    position INTEGER NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (member_id, thread_id)
);
