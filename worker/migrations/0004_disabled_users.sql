-- When the user was disabled, in milliseconds since the epoch, or null. A disabled user
-- may not sign in. Code that sets this column must also change "sessionsValidAfter",
-- which ends the user's sessions.
ALTER TABLE "edgeseal_user" ADD COLUMN "disabledAt" integer;
