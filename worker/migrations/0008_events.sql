-- Events that the receiver has not accepted yet, in the order of the changes that they report. Each row is written in
-- the same transaction as its change, and deleted after the event is delivered.
CREATE TABLE "edgeseal_event" (
  "seq" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "id" text NOT NULL UNIQUE,
  "type" text NOT NULL,
  "userId" text NOT NULL,
  -- When the change happened, in milliseconds since the epoch.
  "time" integer NOT NULL,
  -- Until this time, in milliseconds since the epoch, only one isolate may deliver this user's events. A time in the
  -- past is the time of the last failure; null means that the event was never tried.
  "leasedUntil" integer
);

CREATE INDEX "edgeseal_event_userId_idx" ON "edgeseal_event" ("userId", "seq");
