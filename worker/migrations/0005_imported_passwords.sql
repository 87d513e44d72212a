-- Indexes the password hashes that are not in our format, mainly Better Auth's own, because the time that a refused
-- sign-in takes depends on whether there are any. When a user with such a hash signs in, the hash is replaced and
-- leaves this index.
CREATE INDEX IF NOT EXISTS "edgeseal_account_imported" ON "account" ("password")
WHERE substr("password", 1, 1) <> '$';
