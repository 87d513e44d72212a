// Tests the pages in docs/guide/migrate: runs their code as projects, and checks every row in their tables.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { after, test } from "node:test";
import { at } from "../scripts/run.mjs";

/**
 * Writes a page's code blocks to files. A block marked "js before" becomes a file in the `before` project. Its first
 * line, such as `// lib/a.js`, is the file's path. The projects are in js-tests so that their imports resolve to the
 * real packages and the packed tarball.
 */
export function migrationPage(name) {
  const text = readFileSync(at(`docs/guide/migrate/${name}.md`), "utf8");
  const folder = at("js-tests/.migrate", name);
  rmSync(folder, { recursive: true, force: true });
  const unused = new Set();
  const place = (project, file) => `${folder}/${project}/${file}`;
  for (const [, language, project, code] of text.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)) {
    if (language === "sh") continue;
    const file = code.match(/^(?:\/\/|#) (\S+)\n/)?.[1];
    assert.ok(
      project && file,
      `${name}.md: a fence needs a project, and its code a first line with its name:\n${code}`,
    );
    unused.add(`${project}/${file}`);
    mkdirSync(dirname(place(project, file)), { recursive: true });
    writeFileSync(place(project, file), code);
  }
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual([...unused], [], `${name}.md has code that no test runs`);
  });
  const used = (project, file) => {
    unused.delete(`${project}/${file}`);
    return place(project, file);
  };
  return {
    place,
    /** Returns the path of one of the page's files, and marks that file as used by a test. */
    used,
    module: (project, file) => import(pathToFileURL(used(project, file)).href),
    /**
     * Evaluates an expression in a Python module. If the expression raises an exception, throws an error that contains
     * the exception's name.
     */
    python(project, file, expression, given = {}, env = {}) {
      const path = used(project, file);
      const program = `import json, sys
from ${file.replace(".py", "")} import *
given = json.load(sys.stdin)
try:
    print(json.dumps({"value": ${expression}}))
except Exception as error:
    print(json.dumps({"raised": type(error).__name__}))`;
      const said = execFileSync(at(".venv/bin/python"), ["-c", program], {
        cwd: dirname(path),
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
        input: JSON.stringify(given),
        encoding: "utf8",
      });
      const { value, raised } = JSON.parse(said);
      if (raised) throw Object.assign(new Error(raised), { code: raised });
      return value;
    },
    /** The rows of the table below a heading, each as a list of cells. The header row is left out. */
    table(heading) {
      const [, below] = text.split(`\n## ${heading}\n`);
      const rows = below.split("\n## ")[0].match(/^\|.*\|$/gm);
      return rows.slice(2).map((row) =>
        row
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      );
    },
  };
}

/** Describes the result of a call in the same words as the tables. */
async function outcome(call) {
  try {
    const value = await call();
    if (typeof value === "string") return value;
    return typeof value === "boolean" ? `\`${value}\`` : "accepted";
  } catch (error) {
    return `\`${error.code ?? error.name}\``;
  }
}

/**
 * Tests every row in a table. The calls before and after the migration must produce the results given in the row's
 * cells. The test fails if a row has no proof, or if a proof has no row.
 */
export function proveTable(page, proofs, heading = "What changes") {
  const rows = page.table(heading);
  test(`every row of "${heading}" has its proof`, () => {
    assert.deepEqual(rows.map(([what]) => what).sort(), Object.keys(proofs).sort());
  });
  for (const [what, ...cells] of rows) {
    test(`${heading}: ${what}`, async () => {
      for (const [i, call] of (proofs[what] ?? []).entries()) {
        const found = await outcome(call);
        assert.ok(cells[i].startsWith(found), `column ${i + 2} says "${cells[i]}", and it is ${found}`);
      }
    });
  }
}
