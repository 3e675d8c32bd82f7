DROP INDEX members_with_role;
DROP TABLE applications_told;
CREATE TABLE role_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    role TEXT NOT NULL,
    is_granted BOOLEAN NOT NULL,
    changed_by BIGINT REFERENCES members (id),
    changed_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
INSERT INTO role_changes (member_id, role, is_granted, changed_by, changed_at, reason)
    SELECT member_id, role, deed = 'role-given', done_by, done_at, reason
    FROM account_log WHERE deed IN ('role-given', 'role-taken') ORDER BY id;
CREATE INDEX role_changes_by_member ON role_changes (member_id);
DROP TABLE account_log;
