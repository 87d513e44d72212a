// Checks that the links, files and tests mentioned in the pages exist, and that each kind of code block has a test.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { at } from "../../scripts/run.mjs";
import { problemsOf, testsOf } from "../../docs/design/traceability.mjs";
import { pagePaths, parsePage, readPage } from "../docs.mjs";

const pages = new Map(pagePaths().map((path) => [path, readPage(path)]));
/** Finds problems with one kind of item in a page, for example its links. */
const wrong = (page, member, problem) =>
  page[member].flatMap((one) => {
    const found = problem(one, page);
    return found ? [`${one.path}:${one.line}: ${found}`] : [];
  });
const wrongAnywhere = (member, problem) => [...pages.values()].flatMap((page) => wrong(page, member, problem));

/** Returns a link's problem, if it has one. Doesn't use the network. */
function linkProblem({ path, target }, page) {
  if (/^[a-z]+:/i.test(target)) {
    const url = new URL(target);
    const local = ["localhost", "127.0.0.1"].includes(url.hostname);
    return url.protocol === "https:" || local ? undefined : `${target} is not https`;
  }
  // npm shows this page on its own, without the repository's other files.
  if (path === "pkg-template/README.md" && !target.startsWith("#")) return `${target} leads nowhere on npm`;
  const [file, anchor] = target.split("#", 2);
  const to = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
  if (file !== "" && (to.startsWith("..") || !existsSync(at(to)))) return `there is no ${to}`;
  if (anchor === undefined) return undefined;
  return (to === path ? page : pages.get(to))?.anchors.has(anchor) ? undefined : `${to} has no heading #${anchor}`;
}

const FOLDERS = "benches|contracts|docs|examples|fuzz|js-tests|pkg-template|scripts|src|tests|worker";
const PATH = new RegExp(`^(?:${FOLDERS})/[\\w./@[\\]-]+$`);
/** Files that are not in the repository, because the set-up or the fuzzer creates them. */
const MADE = /^(?:worker\/(?:assets|build)|fuzz\/artifacts)\//;

/** Returns a problem if inline code looks like a path in this repository, but there is no such file. */
function pathProblem({ code }) {
  if (!PATH.test(code) || MADE.test(code) || existsSync(at(code))) return undefined;
  return `there is no ${code}`;
}

/** Finds problems with the tests that a page lists, for example as "`file`: name; other name". */
function heldProblems({ path, text }) {
  return text.split("\n").flatMap((line, index) =>
    line.split(/\||<br>|^Shown by /).flatMap((cell) => {
      const tests = testsOf(cell.replace(/\.$/, ""))
        .filter((one) => PATH.test(one.path))
        .map(({ path, names }) => ({ path, names: names.filter((name) => !name.startsWith("`")) }));
      const problems = tests.length === 0 ? [] : problemsOf({ code: [], tests, result: "fulfilled" });
      return problems.map((problem) => `${path}:${index + 1}: ${problem}`);
    }),
  );
}

/** For each kind of code, the test that checks it. */
const KINDS = {
  ts: "docs-types.test.mjs",
  tsx: "docs-types.test.mjs",
  diff: "docs-types.test.mjs",
  sh: "docs-shell.test.mjs",
  json: "this file",
  toml: "docs-shell.test.mjs",
  rust: "cargo test",
  sql: "../worker/migrate-users.test.mjs, ../worker/user-import.test.mjs",
  text: "nobody: what a program prints",
};

function fenceProblem({ path, language, code }) {
  const migration = /^docs\/guide\/migrate\/(.+)\.md$/.exec(path)?.[1];
  if (migration && ["js", "python"].includes(language)) {
    const runner = at(`js-tests/package/migrate-${migration.replace("from-", "")}.test.mjs`);
    const runs = existsSync(runner) && readFileSync(runner, "utf8").includes(`migrationPage("${migration}")`);
    return runs ? undefined : `no test runs the code of ${path}`;
  }
  if (!(language in KINDS)) return `code of the kind "${language}" is looked at by no test`;
  if (language === "json") {
    try {
      JSON.parse(code);
    } catch (error) {
      return error.message;
    }
  }
  return undefined;
}

test("there are pages, with links and code", () => {
  for (const path of ["README.md", "CONTRIBUTING.md", "pkg-template/README.md", "docs/guide/quickstart.md"])
    assert.ok(pages.has(path), path);
  const count = (member) => [...pages.values()].flatMap((page) => page[member]).length;
  assert.ok(count("links") > 60 && count("fences") > 50 && count("spans") > 1000);
});

test("every link leads to a file and a heading that exist", () => {
  assert.deepEqual(wrongAnywhere("links", linkProblem), []);
});

test("every file of ours that a sentence names exists", () => {
  assert.deepEqual(wrongAnywhere("spans", pathProblem), []);
});

test("every test that a page names exists in its file", () => {
  assert.deepEqual([...pages.values()].flatMap(heldProblems), []);
});

test("every piece of code is of a kind that a test checks", () => {
  assert.deepEqual(wrongAnywhere("fences", fenceProblem), []);
});

/** Phrases that readers of these pages stumbled over, and better ones. */
const ODD = [
  [/\btold\b|\btells of\b/, "reported, says"],
  [/\b(?:has|had) ended\b/, "expired, ended"],
  [/\b(?:does not|do not|that) holds?\b/, "valid, invalid"],
  [/\blooked for\b/, "merely present"],
  [/\bat once\b/, "immediately; in one request"],
  [/\b(?:what|where it) is due\b/, "required; over https"],
  [/\bleft to you\b/, "your responsibility"],
  [/\bfor ever\b/, "forever"],
];

test("pages avoid words that readers stumbled over", () => {
  const isOurs = (path) => !/^(?:docs\/reference\/verdicts|CHANGELOG)/.test(path);
  const found = [...pages.values()]
    .filter(({ path }) => isOurs(path))
    .flatMap(({ path, prose }) =>
      prose.split("\n").flatMap((line, index) => {
        const odd = ODD.filter(([word]) => word.test(line));
        return odd.map(([word, better]) => `${path}:${index + 1}: ${word.exec(line)[0]}; write: ${better}`);
      }),
    );
  assert.deepEqual(found, []);
});

test("problems are found", () => {
  const page = parsePage(
    "docs/wrong.md",
    `# Wrong
[a](nowhere.md) [b](guide/next.md#nothing) [c](http://example.org) [d](#wrong) [d](#right) [e](guide/next.md#how-a-session-is-read) [f
g](../../outside.md) \`[h](code.md)\` \`worker/src/nothing.rs\` <img src="images/nothing.png">
| \`tests/jwt.rs\`: hostile_tokens_are_refused; nothing_of_the_kind |
\`\`\`java
[i](fence.md)
\`\`\`
\`\`\`json
{ a: 1 }
\`\`\`
`,
  );
  assert.deepEqual(
    wrong(page, "links", linkProblem).map((text) => text.replace("docs/wrong.md:", "")),
    [
      "2: there is no docs/nowhere.md",
      "2: docs/guide/next.md has no heading #nothing",
      "2: http://example.org is not https",
      "2: docs/wrong.md has no heading #right",
      "3: there is no ../outside.md",
      "3: there is no docs/images/nothing.png",
    ],
  );
  assert.deepEqual([...page.anchors], ["wrong"]);
  assert.deepEqual(wrong(page, "spans", pathProblem), ["docs/wrong.md:3: there is no worker/src/nothing.rs"]);
  assert.deepEqual(heldProblems(page), ['docs/wrong.md:4: tests/jwt.rs has no test "nothing_of_the_kind"']);
  assert.equal(wrong(page, "fences", fenceProblem).length, 2);
});
