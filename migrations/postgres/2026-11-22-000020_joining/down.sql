DELETE FROM consents WHERE kind = 'letters';
ALTER TABLE consents DROP CONSTRAINT consents_kind_check;
ALTER TABLE consents ADD CONSTRAINT consents_kind_check CHECK (kind IN ('rules', 'health'));

DROP INDEX pending_joins_by_email;
DROP INDEX pending_joins_waiting;
ALTER TABLE pending_joins DROP COLUMN denied_by;
ALTER TABLE pending_joins DROP COLUMN denied_at;
ALTER TABLE pending_joins DROP COLUMN confirmed_at;
ALTER TABLE pending_joins DROP COLUMN invitation_id;
ALTER TABLE pending_joins DROP COLUMN community_letters;
ALTER TABLE pending_joins DROP COLUMN answer;
DROP TABLE arrivals;
DROP TABLE invitations;
DROP TABLE site_setting_changes;
