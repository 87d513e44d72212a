-- A refused sign-in no longer checks whether an imported hash is left: one row must not decide what
-- every refusal costs.
DROP INDEX IF EXISTS "edgeseal_account_imported";
