-- Sessions that were signed out before they expired, by public id. A refresh token of
-- such a session yields no new session data.
CREATE TABLE "edgeseal_signed_out_session" (
  "sid" text NOT NULL PRIMARY KEY,
  -- The absolute end of the session, in milliseconds since the epoch. Expired rows
  -- have no effect.
  "endsAt" integer NOT NULL
);

CREATE INDEX "edgeseal_signed_out_session_endsAt_idx" ON "edgeseal_signed_out_session" ("endsAt");
