DROP TABLE role_changes;
DROP TABLE setup_links;
DROP TABLE sessions;
DROP TABLE consents;
DROP TABLE pending_joins;
DROP TABLE members;
