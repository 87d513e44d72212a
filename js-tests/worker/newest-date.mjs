// The Worker's tests read this variable when they load, so this module must be imported first.
process.env.COMPATIBILITY_DATE = "newest";
