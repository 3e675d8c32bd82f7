-- No thread is read by more people than its board: whoever makes a board narrower makes its threads narrower with it, in
-- the same statement, and they stay so when the board is made wider again. What everybody could read, the organisation
-- could read too.
CREATE FUNCTION narrow_threads_with_board() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE threads
    SET audience = CASE WHEN NEW.audience = 'board-members' OR audience = 'public' THEN NEW.audience ELSE audience END,
        organisation_reads = NEW.organisation_reads AND (audience = 'public' OR organisation_reads),
        version = version + 1
    WHERE board_id = NEW.id
        AND (
            audience = 'public'
            OR (audience = 'members' AND NEW.audience = 'board-members')
            OR (organisation_reads AND NOT NEW.organisation_reads)
        );
    RETURN NULL;
END
$$;
CREATE TRIGGER threads_narrowed_with_board AFTER UPDATE OF audience, organisation_reads ON boards
FOR EACH ROW
WHEN (NEW.audience <> 'public' AND (NEW.audience <> OLD.audience OR NEW.organisation_reads <> OLD.organisation_reads))
EXECUTE FUNCTION narrow_threads_with_board();

-- The same for what was narrowed before.
UPDATE threads
SET audience = CASE WHEN boards.audience = 'board-members' OR threads.audience = 'public' THEN boards.audience ELSE threads.audience END,
    organisation_reads = boards.organisation_reads AND (threads.audience = 'public' OR threads.organisation_reads),
    version = threads.version + 1
FROM boards
WHERE boards.id = threads.board_id
    AND boards.audience <> 'public'
    AND (
        threads.audience = 'public'
        OR (threads.audience = 'members' AND boards.audience = 'board-members')
        OR (threads.organisation_reads AND NOT boards.organisation_reads)
    );

-- A closed thread waits for nobody, and pins have an order of their own.
DROP INDEX threads_unanswered;
DROP INDEX threads_waiting;
DROP INDEX threads_pinned;
CREATE INDEX threads_unanswered ON threads (board_id, opened_at, id)
    WHERE first_reply_at IS NULL AND withdrawn_at IS NULL AND locked_at IS NULL;
CREATE INDEX threads_waiting ON threads (opened_at, id)
    WHERE first_reply_at IS NULL AND withdrawn_at IS NULL AND locked_at IS NULL;
CREATE INDEX threads_pinned ON threads (board_id, pinned_at, id) WHERE pinned_at IS NOT NULL;

-- What visitors find in lists, by itself: on a board that was made wider, thousands of threads may stand between two that
-- everybody reads.
CREATE INDEX threads_latest_public ON threads (board_id, last_post_at, id) WHERE audience = 'public';
CREATE INDEX threads_newest_public ON threads (board_id, opened_at, id) WHERE audience = 'public';
CREATE INDEX threads_unanswered_public ON threads (board_id, opened_at, id)
    WHERE audience = 'public' AND first_reply_at IS NULL AND withdrawn_at IS NULL AND locked_at IS NULL;
CREATE INDEX threads_waiting_public ON threads (opened_at, id)
    WHERE audience = 'public' AND first_reply_at IS NULL AND withdrawn_at IS NULL AND locked_at IS NULL;
