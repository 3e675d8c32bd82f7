-- Everything about one target: a post, a thread or a person. At most one case of a kind is open for a target; new reports
-- join it.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- A worry for somebody is kept apart from what the rules are about.
    kind TEXT NOT NULL CHECK (kind IN ('rule', 'care')),
    target_kind TEXT NOT NULL CHECK (target_kind IN ('post', 'thread', 'person')),
    target_id BIGINT NOT NULL,
    -- Where it happened; nothing for a person who was reported away from any board.
    board_id BIGINT REFERENCES boards (id),
    thread_id BIGINT REFERENCES threads (id),
    -- Whom it is about.
    subject_id BIGINT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'decided', 'appealed', 'closed')),
    -- 1 within three days, 2 today, 3 within two hours, 4 at once.
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4),
    -- When a person said how grave it is; until then the level is a guess.
    graded_at BIGINT,
    report_count INTEGER NOT NULL DEFAULT 0 CHECK (report_count >= 0),
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Rises with what a decision rests on.
    version BIGINT NOT NULL DEFAULT 1,
    claimed_by BIGINT REFERENCES members (id),
    claimed_until BIGINT,
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL))
);
CREATE UNIQUE INDEX cases_one_for_a_target ON cases (kind, target_kind, target_id) WHERE state <> 'closed';
CREATE INDEX cases_waiting ON cases (level, due_at) WHERE state IN ('open', 'appealed');
CREATE INDEX cases_of_thread ON cases (thread_id) WHERE thread_id IS NOT NULL AND state <> 'closed';
CREATE INDEX cases_by_subject ON cases (subject_id);
CREATE INDEX cases_claimed ON cases (claimed_by) WHERE claimed_by IS NOT NULL;

-- What a post said when it was reported: one row for each revision that anybody pointed at.
CREATE TABLE case_texts (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    post_id BIGINT NOT NULL REFERENCES posts (id),
    revision INTEGER NOT NULL,
    stance TEXT NOT NULL,
    -- These three are emptied when the writer is erased.
    title TEXT,
    source TEXT NOT NULL,
    body_html TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, post_id, revision)
);
CREATE INDEX case_texts_by_post ON case_texts (post_id);

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    reporter_id BIGINT NOT NULL REFERENCES members (id),
    reason TEXT NOT NULL CHECK (reason IN ('worried', 'young', 'advice', 'claim', 'identity', 'unkind', 'selling',
        'pretending', 'illegal', 'off-topic', 'other')),
    words TEXT NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
    -- Of the post, as it was then.
    revision INTEGER,
    -- More than one person usually tells in a day: shown to moderators, never a reason to refuse.
    is_one_of_many BOOLEAN NOT NULL DEFAULT FALSE,
    reported_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX reports_by_case ON reports (case_id, id);
CREATE INDEX reports_by_reporter ON reports (reporter_id, id);

-- Among moderators; the person whom it is about never reads them.
CREATE TABLE case_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    written_by BIGINT NOT NULL REFERENCES members (id),
    words TEXT NOT NULL CHECK (length(words) <= 2000),
    written_at BIGINT NOT NULL
);
CREATE INDEX case_notes_by_case ON case_notes (case_id, id);

-- What was done, by whom, about what. Only ever added to. Numbers and words of this program: no word that anybody typed, and
-- no name.
CREATE TABLE moderation_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    act TEXT NOT NULL,
    case_id BIGINT REFERENCES cases (id),
    -- Nobody, if the site did it by itself.
    done_by BIGINT REFERENCES members (id),
    done_at BIGINT NOT NULL,
    -- Of the post, where it was about one.
    revision INTEGER,
    -- What the act says more, in a word: a reason, a level, a measure.
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX moderation_log_by_case ON moderation_log (case_id, id);
CREATE TRIGGER moderation_log_loses_nothing BEFORE DELETE ON moderation_log
BEGIN
    SELECT RAISE(ABORT, 'the log of moderation loses nothing');
END;
CREATE TRIGGER moderation_log_stays_as_written BEFORE UPDATE ON moderation_log
BEGIN
    SELECT RAISE(ABORT, 'the log of moderation stays as it was written');
END;
