// Checks that a bundle contains the wasm in the form that the package's entry for that platform requires.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { at } from "../../scripts/run.mjs";
import { RUNTIMES } from "./row.mjs";

/** The paths of all files in a folder. */
export const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/**
 * Asserts that the bundles contain the wasm as base64 if their entry does. All other bundles must have the wasm in a
 * separate file, as a compiled module, and must not contain code that compiles wasm at run time: local sandboxes allow
 * that, but Vercel's edge runtime and workerd forbid it.
 */
export function assertHolds(files, entry, project = RUNTIMES) {
  const code = files.filter((file) => /\.[cm]?js$/.test(file)).map((file) => readFileSync(file, "utf8"));
  const contains = (text) => code.some((one) => one.includes(text));
  assert.ok(contains("ERR_JWT_MALFORMED"), "the bundle contains the package");
  const assets = files.filter((file) => extname(file) === ".wasm").map((file) => readFileSync(file));
  if (/^index\.c?js$/.test(entry)) {
    assert.ok(contains("AGFzbQ"), "the module as base64");
    assert.equal(assets.length, 0, "files of wasm");
  } else {
    assert.ok(!contains("AGFzbQ"), "a module as base64 in a bundle that must not compile it");
    assert.ok(!contains("new WebAssembly.Module("), "bytes are compiled");
    assert.equal(assets.length, 1, "files of wasm");
    const shipped = at(project, "node_modules/edgeseal");
    const modules = filesOf(shipped).filter((file) => extname(file) === ".wasm");
    assert.ok(
      modules.some((file) => readFileSync(file).equals(assets[0])),
      "the module as it was shipped",
    );
  }
}
