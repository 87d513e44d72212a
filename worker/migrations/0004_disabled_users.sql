-- Since when a user may not sign in, in milliseconds since the epoch, or null. Setting it also
-- raises "sessionsValidAfter", which ends the sessions.
ALTER TABLE "edgeseal_user" ADD COLUMN "disabledAt" integer;
