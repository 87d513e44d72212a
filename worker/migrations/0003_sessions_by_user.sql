-- Ended sessions with their users, so that nobody can end another user's session by knowing its public id.
CREATE TABLE "edgeseal_ended_session" (
  "userId" text NOT NULL,
  "sid" text NOT NULL,
  -- The absolute end of the session, in milliseconds since the epoch. Expired rows have no effect.
  "endsAt" integer NOT NULL,
  PRIMARY KEY ("userId", "sid")
) WITHOUT ROWID;

CREATE INDEX "edgeseal_ended_session_endsAt_idx" ON "edgeseal_ended_session" ("endsAt");

-- The users of the old rows are unknown. Until these rows expire, their user is '', which stands for any user.
INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
SELECT '', "sid", "endsAt" FROM "edgeseal_signed_out_session";

DROP TABLE "edgeseal_signed_out_session";

-- What we store about a user in addition to Better Auth's own table. A missing row means 0.
CREATE TABLE "edgeseal_user" (
  "userId" text NOT NULL PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  -- Milliseconds since the epoch. Sessions that were opened under another value have ended.
  "sessionsValidAfter" integer NOT NULL
);
