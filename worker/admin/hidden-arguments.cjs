// This file is loaded before wrangler, and gives it further arguments from stdin. They can't be on the command line,
// which every user of the machine can read, because a statement may contain an e-mail address or a hash. Miniflare's
// worker threads load this file, too.
const { readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.argv.push(...JSON.parse(readFileSync(0, "utf8")));
