// The Worker's tests read this variable when they load, so import this module before them.
process.env.COMPATIBILITY_DATE = "newest";
