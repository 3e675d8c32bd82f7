DROP TRIGGER threads_narrowed_with_board;
CREATE TRIGGER threads_narrowed_with_board AFTER UPDATE OF audience, organisation_reads ON boards
WHEN NEW.audience <> 'public' AND (NEW.audience <> OLD.audience OR NEW.organisation_reads <> OLD.organisation_reads)
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
END;
