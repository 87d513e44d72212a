// Sends the official client's requests, and unusual ones, to both a real Better Auth server and the Worker, and
// compares the responses field by field. Every difference must be declared in compare/deviations.mjs or
// compare/deviations/.
// `node js-tests/worker/compare.test.mjs --write` writes the result to docs/reference/deviations.md.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { deviations, explain, page, pathPattern } from "./compare/deviations.mjs";
import { compare } from "./compare/run.mjs";
import { betterAuthPaths } from "./compare/sides.mjs";

const PAGE = new URL("../../docs/reference/deviations.md", import.meta.url);

if (process.argv.includes("--write")) {
  const compared = await compare();
  const { shown, unexplained } = explain(compared);
  for (const line of unexplained) console.error(line);
  writeFileSync(PAGE, page(shown, compared.length));
  process.exit(unexplained.length === 0 ? 0 : 1);
}

let compared, shown, unexplained;
before(async () => {
  compared = await compare();
  ({ shown, unexplained } = explain(compared));
});

test("responses differ only as declared", () => {
  assert.ok(compared.length > 1200);
  assert.equal(unexplained.join("\n"), "");
});

test("every declared deviation occurs", () => {
  const never = deviations.filter((row) => shown.get(row).length === 0).map(({ where }) => where);
  assert.deepEqual(never, []);
});

test("every endpoint of Better Auth is requested, and those declared missing are missing", async () => {
  const paths = await betterAuthPaths();
  assert.ok(paths.length > 30);
  const asked = (path, steps = compared) => {
    const pattern = new RegExp(`^\\w+ ${pathPattern(path)}$`);
    return steps.some(({ endpoint }) => pattern.test(endpoint));
  };
  assert.deepEqual(
    paths.filter((path) => !asked(path)),
    [],
  );
  for (const row of deviations.filter(({ endpoints }) => endpoints)) {
    const steps = compared.filter(({ name }) => shown.get(row).includes(name));
    assert.deepEqual(
      row.endpoints.filter((path) => !asked(`/${path}`, steps)),
      [],
    );
  }
});

test("the client returns what came over the wire, from both servers", () => {
  const views = compared.filter(({ betterAuth }) => betterAuth.client);
  assert.ok(views.length > 100);
  for (const { name, worker } of views) assert.match(String(worker.client), /^(data|error): the body$/, name);
});

// The page shows how many responses match each row, so this test also fails if one of these numbers changes.
test("the deviations page is up to date with this comparison", () => {
  assert.equal(
    readFileSync(PAGE, "utf8"),
    page(shown, compared.length),
    "node js-tests/worker/compare.test.mjs --write",
  );
});
