// The Worker's tests read this environment variable when they load, so import this module before them.
process.env.COMPATIBILITY_DATE = "newest";
