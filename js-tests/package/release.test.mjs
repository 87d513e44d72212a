// Checks that a release always has the project's repository URL. Also checks that until the first release, pages don't
// tell readers to fetch a package whose name isn't ours yet.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { forNpm, metadata } from "../../scripts/metadata.mjs";
import { problemsOf } from "../../scripts/release-check.mjs";
import { PLACES, versioned } from "../../scripts/release-version.mjs";
import { at, run } from "../../scripts/run.mjs";
import { pagePaths, readPage } from "../docs.mjs";

const set = {
  ...{ version: "1.2.3", keywords: ["jwt"], contact: "security@edgeseal.example" },
  ...{ repository: "https://git.example/a/edgeseal", homepage: "https://edgeseal.example" },
  bugs: "https://git.example/a/edgeseal/issues",
};
const ready = { project: set, changelog: "# Changelog\n\n## [1.2.3] - 2026-12-01\n", tag: "v1.2.3" };

test("a release needs metadata, a changelog and the right tag", () => {
  assert.deepEqual(problemsOf(ready), []);
  assert.deepEqual(problemsOf({ ...ready, tag: undefined }), []);
  for (const name of ["repository", "homepage", "bugs", "contact", "keywords"])
    assert.match(problemsOf({ ...ready, project: { ...set, [name]: "" } }).join(), new RegExp(name), name);
  for (const repository of ["http://git.example/a", "git.example/a", "https://git.example/a.git"])
    assert.equal(problemsOf({ ...ready, project: { ...set, repository } }).length, 1, repository);
  assert.match(problemsOf({ ...ready, changelog: "## [Unreleased]\n" }).join(), /CHANGELOG/);
  assert.match(problemsOf({ ...ready, tag: "v1.2.4" }).join(), /v1\.2\.4/);
});

test("a release needs pages that do not say that nothing is published", () => {
  const problems = (text) => problemsOf({ ...ready, pages: [{ path: "README.md", text }] });
  for (const text of ["It is not published yet.", "Nothing is published yet.", "npm install ./edgeseal-1.2.3.tgz"])
    assert.match(problems(`# A\n${text}\n`).join(), /^README\.md:2: /, text);
  assert.deepEqual(problems("npm install edgeseal\n`npm run build` writes `edgeseal-1.2.3.tgz`.\n"), []);
});

test("a release needs one version everywhere", async () => {
  const files = [{ path: "Cargo.lock", versions: ["1.2.3", "1.2.2"] }];
  assert.deepEqual(problemsOf({ ...ready, files }), ["Cargo.lock: has version 1.2.2, not 1.2.3"]);

  const [found, { version }] = [await versioned(), await metadata()];
  for (const { path, text, pattern, versions } of found) {
    assert.deepEqual([...new Set(versions)], [version], path);
    assert.equal(text.replace(pattern, "9.8.7-rc.1").match(pattern)[0], "9.8.7-rc.1", path);
  }
  for (const [name] of PLACES)
    assert.ok(
      found.some(({ path }) => name.test(path)),
      String(name),
    );
});

test("package.json gets the metadata, and leaves out what is not set", async () => {
  assert.deepEqual(forNpm(set).repository, { type: "git", url: "git+https://git.example/a/edgeseal.git" });
  assert.deepEqual(Object.keys(forNpm({ ...set, repository: "", homepage: "", bugs: "" })), ["version", "keywords"]);
  const { version } = await metadata();
  assert.ok(existsSync(at(`edgeseal-${version}.tgz`)), "npm run build writes the tarball that pages install");
});

/** Commands that fetch `edgeseal` from a registry. `npx` does so if the package is not installed. */
const FETCHES =
  /\b(?:(?:npm|pnpm|yarn|bun)\s+(?:i|install|add|exec|dlx)|npx|pnpx|bunx|cargo\s+(?:add|install)|pip\s+install|deno\s+(?:add|run|install))(?:\s+-[\w=-]+)*(?:\s+(?![-.#&|;])[\w@^./:-]+)*?\s+(?:npm:|jsr:)?edgeseal(?![\w./-])/;
/** Pages that contain the help text of the installed program. */
const PRINTED = /(?:^|\/)cli\.md$/;

function fetchesOf({ path, text }) {
  const lines = text.split("\n");
  const installed = lines.findIndex((line) => line.includes("npm install ./edgeseal-"));
  return lines.flatMap((line, index) => {
    if (!FETCHES.test(line) || (/\bnpx edgeseal\b/.test(line) && installed >= 0 && installed < index)) return [];
    return [`${path}:${index + 1}: ${line.trim()}`];
  });
}

test("no command of a page fetches a name that is not ours yet", async () => {
  const { repository } = await metadata();
  if (repository) return;
  const pages = pagePaths().filter((path) => !PRINTED.test(path) && path !== "CHANGELOG.md");
  assert.deepEqual(pages.map(readPage).flatMap(fetchesOf), []);
});

test("commands that fetch it are found", () => {
  const fetching = [
    ...["npm install edgeseal", "npm i -D edgeseal@latest", "npm install edgeseal better-auth", "pnpm add edgeseal"],
    ...[
      "npm install better-auth edgeseal",
      "x=$(npx edgeseal secret)",
      "npx --yes edgeseal sign",
      "cargo add edgeseal",
    ],
  ];
  for (const text of fetching) assert.equal(fetchesOf({ path: "a.md", text }).length, 1, text);
  const local = ["npm install ./edgeseal-0.1.0.tgz\nnpx edgeseal sign", "npm test # of edgeseal", "cd edgeseal"];
  for (const text of local) assert.deepEqual(fetchesOf({ path: "a.md", text }), [], text);
});

test("dependabot watches every lockfile", async () => {
  const { output } = await run("git", ["ls-files", "*package-lock.json", "*Cargo.lock", "*requirements.txt"]);
  const listed = readFileSync(at(".github/dependabot.yml"), "utf8");
  for (const path of output.trim().split("\n")) {
    const folder = path.includes("/") ? dirname(path) : "";
    assert.match(listed, new RegExp(`[\\[ ]/${folder}(?:,|\\]|$)`, "m"), path);
  }
});

test("CI compiles the crate with the oldest Rust that Cargo.toml promises, and the slow tests run once a week", () => {
  const read = (path) => readFileSync(at(path), "utf8");
  const [, oldest] = /^rust-version = "(.+)"$/m.exec(read("Cargo.toml"));
  assert.ok(read(".github/workflows/ci.yml").includes(`cargo +${oldest} check`));
  for (const script of ["test:all", "advisories"])
    assert.ok(read(".github/workflows/weekly.yml").includes(`- run: npm run ${script}\n`), script);
});
