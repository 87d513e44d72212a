-- If Better Auth's table is "users" (usePlural), a reference to "user" fails for everybody, so this table has no
-- reference. A row of a deleted user has no effect, because ids are never reused.
CREATE TABLE "edgeseal_user_without_reference" (
  "userId" text NOT NULL PRIMARY KEY,
  -- Milliseconds since the epoch. Sessions that were opened under another value have ended.
  "sessionsValidAfter" integer NOT NULL,
  -- When the user was disabled, in milliseconds since the epoch, or null. A disabled user may not sign in.
  "disabledAt" integer
);

INSERT INTO "edgeseal_user_without_reference" ("userId", "sessionsValidAfter", "disabledAt")
SELECT "userId", "sessionsValidAfter", "disabledAt" FROM "edgeseal_user";

DROP TABLE "edgeseal_user";

ALTER TABLE "edgeseal_user_without_reference" RENAME TO "edgeseal_user";
