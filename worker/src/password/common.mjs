// Writes worker/src/password/common.txt, the list of passwords that sign-up refuses. They come from
// @zxcvbn-ts/language-common (MIT: see common.license.txt). With `--check`, only checks the file.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { at } from "../../../scripts/run.mjs";

const require = createRequire(at("js-tests/package.json"));
const { dictionary } = require("@zxcvbn-ts/language-common");
// Shorter passwords don't have to be listed, because they are refused as too short anyway.
const wanted = dictionary["passwords-common"].map((one) => one.toLowerCase()).filter((one) => one.length >= 8);
const text = `${[...new Set(wanted)].sort().join("\n")}\n`;
const path = at("worker/src/password/common.txt");
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("worker/src/password/common.txt is not what worker/src/password/common.mjs writes");
  process.exit(1);
}
