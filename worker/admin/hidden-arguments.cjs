// Loaded before wrangler: takes its last arguments from stdin. What is on a command line can be read by every user of
// the machine, and a statement may hold an e-mail address or a hash. Miniflare's threads load this, too.
const { readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) process.argv.push(...JSON.parse(readFileSync(0, "utf8")));
