-- Passwords that are not of the spelling of ours, Better Auth's own above all: whether there is
-- one decides what a refused sign-in costs. A sign-in of its user takes it out of here.
CREATE INDEX IF NOT EXISTS "edgeseal_account_imported" ON "account" ("password")
WHERE substr("password", 1, 1) <> '$';
