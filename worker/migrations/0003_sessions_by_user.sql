-- Ended sessions by user: nobody ends another's by knowing its public id.
CREATE TABLE "edgeseal_ended_session" (
  "userId" text NOT NULL,
  "sid" text NOT NULL,
  -- Milliseconds since the epoch: the absolute end, after which the row is dead.
  "endsAt" integer NOT NULL,
  PRIMARY KEY ("userId", "sid")
) WITHOUT ROWID;

CREATE INDEX "edgeseal_ended_session_endsAt_idx" ON "edgeseal_ended_session" ("endsAt");

-- Their users were not noted down; '' stands for each of them until they are dead.
INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
SELECT '', "sid", "endsAt" FROM "edgeseal_signed_out_session";

DROP TABLE "edgeseal_signed_out_session";

-- What we know of a user beside Better Auth's own table. No row is 0.
CREATE TABLE "edgeseal_user" (
  "userId" text NOT NULL PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  -- Milliseconds since the epoch: sessions that were opened under another value have ended.
  "sessionsValidAfter" integer NOT NULL
);
