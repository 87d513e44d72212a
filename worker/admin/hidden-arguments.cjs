// Loaded before wrangler: adds arguments that it reads from stdin. Every user of a machine can read a command line, and a
// statement may contain an e-mail address or a hash. Miniflare's worker threads load this file, too.
const { readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.argv.push(...JSON.parse(readFileSync(0, "utf8")));
