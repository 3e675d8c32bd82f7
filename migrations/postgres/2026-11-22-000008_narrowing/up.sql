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
