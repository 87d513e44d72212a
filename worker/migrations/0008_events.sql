-- Events that the receiver has not accepted yet, in the order of the changes that they report. Each row is written
-- together with its change, and deleted after its delivery.
CREATE TABLE "edgeseal_event" (
  "seq" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "id" text NOT NULL UNIQUE,
  "type" text NOT NULL,
  "userId" text NOT NULL,
  -- When the change happened, in milliseconds since the epoch.
  "time" integer NOT NULL,
  -- Until then (milliseconds since the epoch) one isolate delivers this user's events, and no other may. A time in the
  -- past is that of the last failure; null means never tried.
  "leasedUntil" integer
);

CREATE INDEX "edgeseal_event_userId_idx" ON "edgeseal_event" ("userId", "seq");
