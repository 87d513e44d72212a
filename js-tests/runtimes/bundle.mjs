// What a bundle must hold, by the entry that it was made of.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { at } from "../../scripts/run.mjs";
import { RUNTIMES } from "./row.mjs";

/** Every file of a folder, with its path. */
export const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/**
 * Base64 of a module's first bytes where the entry carries it; elsewhere the compiled module as a file of its own, and
 * nothing that could compile: Vercel's edge and workerd forbid it, their local sandboxes do not.
 */
export function assertHolds(files, entry, project = RUNTIMES) {
  const code = files.filter((file) => /\.[cm]?js$/.test(file)).map((file) => readFileSync(file, "utf8"));
  const holds = (text) => code.some((one) => one.includes(text));
  assert.ok(holds("ERR_JWT_MALFORMED"), "the package is in what was read");
  const assets = files.filter((file) => extname(file) === ".wasm").map((file) => readFileSync(file));
  if (/^index\.c?js$/.test(entry)) {
    assert.ok(holds("AGFzbQ"), "the module as base64");
    assert.equal(assets.length, 0, "files of wasm");
  } else {
    assert.ok(!holds("AGFzbQ"), "a module as base64 in a bundle that must not compile it");
    assert.ok(!holds("new WebAssembly.Module("), "bytes are compiled");
    assert.equal(assets.length, 1, "files of wasm");
    const shipped = at(project, "node_modules/edgeseal");
    const modules = filesOf(shipped).filter((file) => extname(file) === ".wasm");
    assert.ok(
      modules.some((file) => readFileSync(file).equals(assets[0])),
      "the module as it was shipped",
    );
  }
}
