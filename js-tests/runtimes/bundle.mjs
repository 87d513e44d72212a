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
  const code = files.filter((file) => /\.([cm]?js)$/.test(file)).map((file) => readFileSync(file, "utf8"));
  const text = code.join("\n");
  assert.match(text, /ERR_JWT_MALFORMED/, "the package is in what was read");
  const assets = files.filter((file) => extname(file) === ".wasm").map((file) => readFileSync(file));
  if (/^index\.c?js$/.test(entry)) {
    assert.match(text, /AGFzbQ/);
    assert.equal(assets.length, 0);
  } else {
    assert.doesNotMatch(text, /new WebAssembly\.Module\(|AGFzbQ/);
    assert.equal(assets.length, 1, "one module");
    const shipped = at(project, "node_modules/edgeseal");
    const modules = filesOf(shipped).filter((file) => extname(file) === ".wasm");
    assert.ok(
      modules.some((file) => readFileSync(file).equals(assets[0])),
      "the module as it was shipped",
    );
  }
}
