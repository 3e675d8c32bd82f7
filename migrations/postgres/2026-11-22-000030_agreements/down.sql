DELETE FROM consents WHERE kind IN ('privacy', 'disclaimer');
ALTER TABLE consents DROP CONSTRAINT consents_kind_check;
ALTER TABLE consents ADD CONSTRAINT consents_kind_check CHECK (kind IN ('rules', 'health', 'letters'));
ALTER TABLE members DROP COLUMN must_agree;
DROP TABLE present_documents;
DROP TABLE documents;
