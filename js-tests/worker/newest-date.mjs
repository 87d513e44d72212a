// Read when the Worker's tests are loaded, so it stands before them.
process.env.COMPATIBILITY_DATE = "newest";
