// Tests that a standalone copy of an example has all of the example's files from git, and doesn't need anything else
// from this repository. For this reason, examples can't import from each other, and each has its own copy of the files
// that they share.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { at, environment } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const { version } = JSON.parse(readFileSync(at("pkg/package.json"), "utf8"));

function takeOut(name, folder) {
  const env = { ...environment, INIT_CWD: folder };
  return spawnSync("node", [at("scripts/example.mjs"), name, "app"], { cwd: at(), env, encoding: "utf8" });
}

for (const name of ["nextjs", "nextjs-better-auth"]) {
  test(`${name} has the tarball beside it, and npm ci accepts its lockfile`, () => {
    const folder = temporaryFolder("example");
    const { status, stderr } = takeOut(name, folder);
    assert.equal(status, 0, stderr);
    const app = join(folder, "app");
    for (const file of ["README.md", ".gitignore", "proxy.ts", `edgeseal-${version}.tgz`])
      assert.ok(existsSync(join(app, file)), file);
    for (const file of ["node_modules", ".next", "next-env.d.ts"]) assert.ok(!existsSync(join(app, file)), file);
    for (const file of ["package.json", "package-lock.json"]) {
      const text = readFileSync(join(app, file), "utf8");
      assert.doesNotMatch(text, /\.\.\//, file);
      assert.match(text, new RegExp(`file:edgeseal-${version.replaceAll(".", "\\.")}\\.tgz`), file);
    }
    const npm = spawnSync("npm", ["ci", "--dry-run", "--offline", "--ignore-scripts"], { cwd: app, env: environment });
    assert.equal(npm.status, 0, String(npm.stderr));
  });
}

/** The only files that have the same path in both Next.js apps, but different contents. */
const DIFFERENT = [
  ".gitignore",
  "README.md",
  // Without the Worker's events, the tasks of a deleted user are kept.
  "app/account/delete/page.tsx",
  "app/dashboard/page.tsx",
  "app/icon.svg",
  "app/layout.tsx",
  "app/page.tsx",
  "lib/auth-api.ts",
  "lib/auth.ts",
  "lib/tasks.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "proxy.ts",
];

test("the two Next.js apps have the same forms, pages and styles", () => {
  const [first, second] = ["nextjs", "nextjs-better-auth"].map((name) => {
    const { stdout } = spawnSync("git", ["ls-files"], { cwd: at("examples", name), encoding: "utf8" });
    return new Map(
      stdout
        .trim()
        .split("\n")
        .map((file) => [file, readFileSync(at("examples", name, file), "utf8")]),
    );
  });
  const common = [...first.keys()].filter((file) => second.has(file));
  assert.ok(common.length > 60);
  const different = common.filter((file) => first.get(file) !== second.get(file));
  assert.deepEqual(different, DIFFERENT, "copy the file from examples/nextjs to examples/nextjs-better-auth");
});

test("fastapi comes without our tests", () => {
  const folder = temporaryFolder("example");
  assert.equal(takeOut("fastapi", folder).status, 0);
  for (const file of ["README.md", "main.py", "requirements.txt"])
    assert.ok(existsSync(join(folder, "app", file)), file);
  assert.ok(!existsSync(join(folder, "app/test_main.py")));
  assert.ok(!existsSync(join(folder, "app/package.json")));
});

test("a name that is none and a folder that has something are refused", () => {
  const folder = temporaryFolder("example");
  assert.match(takeOut("nothing", folder).stderr, /There are fastapi, nextjs, nextjs-better-auth/);
  assert.equal(takeOut("fastapi", folder).status, 0);
  writeFileSync(join(folder, "app/mine.txt"), "mine");
  const { status, stderr } = takeOut("fastapi", folder);
  assert.notEqual(status, 0);
  assert.match(stderr, /is not empty/);
});
