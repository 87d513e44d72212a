-- Imported password hashes, most of them Better Auth's: whether any is left decides what a refused
-- sign-in costs. When its user signs in, a hash is replaced and leaves this index.
CREATE INDEX IF NOT EXISTS "edgeseal_account_imported" ON "account" ("password")
WHERE substr("password", 1, 1) <> '$';
