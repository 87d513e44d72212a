-- A refused sign-in no longer asks whether any imported hash is left: one row may not decide what everybody's costs.
DROP INDEX IF EXISTS "edgeseal_account_imported";
