// Tests the set-up's own rules. For example, a script must run when it is started, whatever its folder's path is: a
// check that wrongly assumed that it was only imported would do nothing and therefore pass.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { at } from "../../scripts/run.mjs";
import { isSupported } from "../../scripts/toolchain.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const CHECK = "docs/design/traceability.mjs";
const PAGE = "docs/design/traceability.md";

/** Copies the check and the files that it imports, and adds a page that the check must refuse. */
function copyTo(folder) {
  for (const file of [CHECK, "scripts/run.mjs"]) cpSync(at(file), join(folder, file));
  mkdirSync(dirname(join(folder, PAGE)), { recursive: true });
  writeFileSync(join(folder, PAGE), "# No rows\n");
}

const check = (folder) => promisify(execFile)(process.execPath, [join(folder, CHECK), "--check"]);

for (const name of ["plain", "a b", "größe", "a%20b", "a#b?c"])
  test(`a check runs in the folder "${name}"`, async () => {
    const folder = join(temporaryFolder("main"), name);
    copyTo(folder);
    await assert.rejects(check(folder), ({ code, stderr }) => code === 1 && /no rows/.test(stderr));
  });

test("a check runs through a link", async () => {
  const folder = temporaryFolder("main");
  copyTo(join(folder, "real"));
  symlinkSync(join(folder, "real"), join(folder, "a link"));
  await assert.rejects(check(join(folder, "a link")), ({ code, stderr }) => code === 1 && /no rows/.test(stderr));
});

test("the set-up, the project and the package need the same Node", () => {
  const ranges = ["package.json", "pkg-template/package.json"].map(
    (path) => JSON.parse(readFileSync(at(path), "utf8")).engines.node,
  );
  assert.deepEqual(ranges, ["^20.16 || >=22.3", "^20.16 || >=22.3"]);
  for (const node of ["v20.16.0", "v20.99.0", "v22.3.0", "v23.0.0", "v100.0.0"]) assert.ok(isSupported(node), node);
  for (const node of ["", "v18.20.0", "v20.15.1", "v21.9.0", "v22.2.0"]) assert.ok(!isSupported(node), node);
});
