-- Sessions that were signed out before their end, by their public id: a
-- refresh token of one of these makes no new session data.
CREATE TABLE "edgeseal_signed_out_session" (
  "sid" text NOT NULL PRIMARY KEY,
  -- Milliseconds since the epoch: the absolute end, after which the row is dead.
  "endsAt" integer NOT NULL
);

CREATE INDEX "edgeseal_signed_out_session_endsAt_idx" ON "edgeseal_signed_out_session" ("endsAt");
