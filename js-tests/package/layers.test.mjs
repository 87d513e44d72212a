// Checks that server/ and session/, which integrations for other frameworks can use, don't depend on Next.js.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { at } from "../../scripts/run.mjs";

const SOURCE = at("pkg-template/src");
const IMPORTS = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

/** Lists what a file imports, including types: the package's own files by path, other packages by name. */
const importsOf = (file) =>
  [...readFileSync(join(SOURCE, file), "utf8").matchAll(IMPORTS)].map(([, from]) =>
    from.startsWith(".") ? relative(SOURCE, join(SOURCE, dirname(file), from)).replace(/\.js$/, ".ts") : from,
  );

for (const folder of ["server", "session"]) {
  test(`${folder}/ reaches nothing of Next.js, neither types nor values`, () => {
    const files = readdirSync(join(SOURCE, folder)).map((name) => `${folder}/${name}`);
    assert.ok(files.length > 3);
    const reached = new Set(files);
    for (const file of reached) {
      for (const imported of importsOf(file)) {
        assert.doesNotMatch(imported, /^next(?:\/|\.|$)/, `${file} imports ${imported}`);
        if (imported.endsWith(".ts")) reached.add(imported);
      }
    }
    assert.ok(reached.has("options.ts"), "imports are followed");
  });
}
