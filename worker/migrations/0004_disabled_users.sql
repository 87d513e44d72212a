-- A user who may not sign in. Milliseconds since the epoch, null for everybody
-- else; whoever sets it moves "sessionsValidAfter" too, which ends the sessions.
ALTER TABLE "edgeseal_user" ADD COLUMN "disabledAt" integer;
