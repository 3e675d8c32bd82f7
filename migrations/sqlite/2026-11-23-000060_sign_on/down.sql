DROP TABLE sign_on_logouts;
DROP TABLE sign_on_newcomers;
DROP TABLE sign_on_attempts;
DROP TABLE sign_on_sessions;
DROP TABLE pending_identities;
DROP TABLE identities;
