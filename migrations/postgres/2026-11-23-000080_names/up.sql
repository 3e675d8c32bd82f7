-- When a sheet of codes was made: whoever says "this was not me" takes away a sheet that is younger than what they disown.
ALTER TABLE recovery_codes ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
