-- What was done to accounts, by whom and why. Only ever added to; a reason can be emptied, when its person is erased.
CREATE TABLE account_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Whose account; nobody's, if it was about the site.
    member_id BIGINT REFERENCES members (id),
    deed TEXT NOT NULL,
    -- Which role, where it was about one.
    role TEXT NOT NULL DEFAULT '',
    -- The member who did it; nobody for the command line and the site itself.
    done_by BIGINT REFERENCES members (id),
    -- Who the machine says used the command line, as far as it knows; nothing if nobody did.
    command_line_user TEXT,
    done_at BIGINT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
INSERT INTO account_log (member_id, deed, role, done_by, done_at, reason)
    SELECT member_id, CASE WHEN is_granted THEN 'role-given' ELSE 'role-taken' END, role, changed_by, changed_at, reason
    FROM role_changes ORDER BY id;
DROP TABLE role_changes;
CREATE INDEX account_log_by_member ON account_log (member_id, id);
CREATE TRIGGER account_log_loses_nothing BEFORE DELETE ON account_log
BEGIN
    SELECT RAISE(ABORT, 'the log of accounts loses nothing');
END;
CREATE TRIGGER account_log_stays_as_written BEFORE UPDATE ON account_log
WHEN NEW.reason <> '' OR NEW.member_id IS NOT OLD.member_id OR NEW.deed <> OLD.deed OR NEW.role <> OLD.role
    OR NEW.done_by IS NOT OLD.done_by OR NEW.command_line_user IS NOT OLD.command_line_user OR NEW.done_at <> OLD.done_at
BEGIN
    SELECT RAISE(ABORT, 'the log of accounts stays as it was written');
END;

-- When administrators were last told that somebody waits for an answer.
CREATE TABLE applications_told (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    told_at BIGINT NOT NULL
);
INSERT INTO applications_told (id, told_at) VALUES (1, 0);

-- Few people have something to do here: lists of them do not walk through everybody.
CREATE INDEX members_with_role ON members (handle_key)
    WHERE is_mentor OR is_moderator OR is_clinician OR is_representative OR is_administrator;
