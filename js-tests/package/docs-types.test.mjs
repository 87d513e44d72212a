// Checks that the TypeScript in the pages compiles: each page becomes a project with the real packages and the
// packed tarball. A code block whose first line is `// a/path.ts` becomes that file; the page's other blocks are joined
// into one module, from top to bottom.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { at } from "../../scripts/run.mjs";
import { pagePaths, parsePage, readPage } from "../docs.mjs";

const FOLDER = "js-tests/.docs";
const FILE = /^\/\/ ([\w./()[\]-]+\.tsx?)\n/;

/** For each page, declarations of the names that the page uses from the reader's own code. */
const READERS_OWN = {
  "docs/guide/better-auth.md": "declare const request: Request;",
  "docs/guide/passwords.md": `declare const password: string, row: { hash: string }, save: (hash: string) => void, keepOld: () => void, checkInTheOldApp: (password: string | Uint8Array, hash: string) => Promise<boolean>;
    declare const inspectHash: typeof import("edgeseal").inspectHash;`,
  "examples/nextjs/README.md": `declare const SignInForm: (props: { next: string }) => null, user: { id: string };
    declare const auth: import("edgeseal/next").Auth, searchParams: Promise<{ callbackUrl?: string | string[] }>;`,
};

/** Puts code on the same line as in the page, so that the compiler reports the page's line numbers. */
const inPlace = ({ line, code }) => `${"\n".repeat(line - 1)}${code}`;

/** The files of a page's project. */
function filesOf({ path, fences }) {
  const code = fences
    .map((fence) => (fence.language === "diff" ? { ...fence, language: "ts", code: afterwards(fence.code) } : fence))
    .filter(({ language }) => language === "ts" || language === "tsx");
  const named = code.filter((fence) => FILE.test(fence.code));
  const files = named.map((fence) => {
    const name = join(fence.info, FILE.exec(fence.code)[1]);
    const up = "../".repeat(name.split("/").length - 1 - (fence.info ? 1 : 0)) || "./";
    return [name, inPlace({ ...fence, code: fence.code.replaceAll('"@/', `"${up}`) })];
  });
  assert.equal(new Set(files.map(([name]) => name)).size, files.length, `${path}: two blocks are one file`);
  const sentences = code.filter((fence) => !named.includes(fence));
  if (sentences.length === 0) return files;
  const name = sentences.some(({ language }) => language === "tsx") ? "page.tsx" : "page.ts";
  return [...files, [name, oneModule(sentences, READERS_OWN[path] ?? "")]];
}

/** Returns the code after the diff has been applied. */
const afterwards = (diff) => diff.replaceAll(/^-.*$/gm, "").replaceAll(/^[+ ]/gm, "");

/** Joins blocks into a module: later blocks can use names from earlier blocks, and may declare them again. */
function oneModule(blocks, readersOwn) {
  const imports = new Set();
  let text = "\n";
  for (const { line, code } of blocks) {
    const body = code
      .replaceAll('"@/', '"./')
      .replaceAll(/^export /gm, "")
      .replaceAll(/^import [^;]+;/gm, (found) => {
        imports.add(found.replaceAll("\n", " "));
        return found.replaceAll(/[^\n]/g, "");
      });
    text += `${"\n".repeat(line - text.split("\n").length - 1)}{\n${body}`;
  }
  // Put imports on the first line: it never contains code, because every page has its title there.
  return `${[...imports, readersOwn.replaceAll("\n", " ")].join(" ")} export {};${text}${"}".repeat(blocks.length)}\n`;
}

/** Compiles these pages and returns the compiler's messages. */
function compile(pages) {
  rmSync(at(FOLDER), { recursive: true, force: true });
  for (const page of pages) {
    for (const [name, text] of filesOf(page)) {
      const path = at(FOLDER, page.path.replaceAll("/", "_"), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  const compilerOptions = { module: "esnext", moduleResolution: "bundler", jsx: "preserve" };
  const config = { extends: "../types/tsconfig.json", compilerOptions, files: [], include: ["**/*.ts", "**/*.tsx"] };
  writeFileSync(at(FOLDER, "tsconfig.json"), JSON.stringify(config));
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { stdout } = spawnSync("node", [compiler, "--project", ".", "--pretty", "false"], {
    cwd: at(FOLDER),
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => line.includes("error"));
}

after(() => rmSync(at(FOLDER), { recursive: true, force: true }));

test("the TypeScript of every page compiles, strictly", () => {
  // migrate-*.test.mjs run the code in docs/guide/migrate.
  const pages = pagePaths()
    .map(readPage)
    .filter(({ path }) => !path.startsWith("docs/guide/migrate/"));
  assert.ok(pages.flatMap(filesOf).length > 10);
  assert.deepEqual(compile(pages), []);
});

test("code that does not compile is found, at its line", () => {
  const text = `# Wrong
\`\`\`ts
import { verifyJwt } from "edgeseal";
const claims = verifyJwt("x", 5);
\`\`\`
\`\`\`ts
const claims: number = "text";
\`\`\`
\`\`\`ts other
// lib/a.ts
import { createAuth } from "edgeseal/nextt";
\`\`\`
\`\`\`tsx
// app/page.tsx
import { a } from "@/lib/b";
\`\`\`
`;
  const said = compile([parsePage("docs/wrong.md", text)]);
  assert.deepEqual(
    said.map((line) => line.replace(/: error (TS\d+).*/, " $1").replace("docs_wrong.md/", "")),
    ["app/page.tsx(15,19) TS2307", "other/lib/a.ts(11,28) TS2307", "page.ts(4,31) TS2345", "page.ts(7,7) TS2322"],
  );
});
