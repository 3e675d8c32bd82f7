DROP TABLE letters;
DROP TABLE throttles;
DROP TABLE site_settings;
