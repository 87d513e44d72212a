-- A refused sign-in no longer checks for imported hashes, because one row must not decide how long everybody's
-- sign-ins take.
DROP INDEX IF EXISTS "edgeseal_account_imported";
