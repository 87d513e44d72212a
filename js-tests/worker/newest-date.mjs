// The Worker's tests read this when they load, so it is imported first.
process.env.COMPATIBILITY_DATE = "newest";
