-- On a board for everyone, too, what its members wrote among themselves closes to the organisation when it does not read along
-- any more. What everybody reads, it reads as well.
DROP TRIGGER threads_narrowed_with_board;
CREATE TRIGGER threads_narrowed_with_board AFTER UPDATE OF audience, organisation_reads ON boards
WHEN NEW.audience <> OLD.audience OR NEW.organisation_reads <> OLD.organisation_reads
BEGIN
    UPDATE threads
    SET audience = CASE
            WHEN NEW.audience = 'board-members' OR (NEW.audience = 'members' AND audience = 'public') THEN NEW.audience
            ELSE audience
        END,
        organisation_reads = NEW.organisation_reads AND (audience = 'public' OR organisation_reads),
        version = version + 1
    WHERE board_id = NEW.id
        AND (
            (audience = 'public' AND NEW.audience <> 'public')
            OR (audience = 'members' AND NEW.audience = 'board-members')
            OR (audience <> 'public' AND organisation_reads AND NOT NEW.organisation_reads)
        );
END;

-- The same for what should have been closed before.
UPDATE threads
SET organisation_reads = FALSE, version = threads.version + 1
FROM boards
WHERE boards.id = threads.board_id
    AND NOT boards.organisation_reads
    AND threads.audience <> 'public'
    AND threads.organisation_reads;
