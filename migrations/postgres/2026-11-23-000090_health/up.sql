-- Somebody takes back their yes to the keeping of what they write about their health. For two weeks they may say yes again;
-- then their words are erased. The row goes with the last of either.
CREATE TABLE health_withdrawals (
    member_id BIGINT PRIMARY KEY NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- Marks the posts that went out of view with it, too.
    asked_at BIGINT NOT NULL,
    -- When a letter said that the time is almost over.
    reminded_at BIGINT,
    -- They said yes again; the row goes when all of their words stand again.
    given_again_at BIGINT,
    -- The time is over; the row goes when all of their words are erased.
    over_at BIGINT,
    CHECK (given_again_at IS NULL OR over_at IS NULL)
);
