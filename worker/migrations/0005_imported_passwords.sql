-- Indexes the password hashes that are not in our format, mainly Better Auth's own: the time of a refused sign-in
-- depends on whether there is one. When its user signs in, the hash is replaced and leaves this index.
CREATE INDEX IF NOT EXISTS "edgeseal_account_imported" ON "account" ("password")
WHERE substr("password", 1, 1) <> '$';
