-- Where Better Auth's table is "users" (usePlural), a reference to "user" fails for everybody: this table refers to
-- none. A row whose user is gone says nothing: ids are never given twice.
CREATE TABLE "edgeseal_user_without_reference" (
  "userId" text NOT NULL PRIMARY KEY,
  -- Milliseconds since the epoch: sessions that were opened under another value have ended.
  "sessionsValidAfter" integer NOT NULL,
  -- A user who may not sign in. Milliseconds since the epoch, null for everybody else.
  "disabledAt" integer
);

INSERT INTO "edgeseal_user_without_reference" ("userId", "sessionsValidAfter", "disabledAt")
SELECT "userId", "sessionsValidAfter", "disabledAt" FROM "edgeseal_user";

DROP TABLE "edgeseal_user";

ALTER TABLE "edgeseal_user_without_reference" RENAME TO "edgeseal_user";
