// This file is loaded before wrangler, and passes it additional arguments from stdin. They must not be on the command
// line, because every user of the machine can read it, and a statement may contain an e-mail address or a hash.
// Miniflare's worker threads load this file, too.
const { readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.argv.push(...JSON.parse(readFileSync(0, "utf8")));
