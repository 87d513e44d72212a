// npm run example -- nextjs ../my-app: copies an example as a standalone app that includes the package's tarball.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "./build.mjs";
import { metadata } from "./metadata.mjs";
import { at, isMain, run, stop } from "./run.mjs";

/** Files that are not copied, because they only work in this repository. */
const STAYS = /^test_.*\.py$/;

/** Copies an example's git-tracked files, and replaces the example's `edgeseal` dependency with the tarball. */
export async function takeOut(name, folder) {
  const { output } = await run("git", ["ls-files"], { cwd: at("examples", name) });
  for (const file of output.split("\n").filter((line) => line && !STAYS.test(line))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(at("examples", name, file), join(folder, file));
  }
  if (!existsSync(join(folder, "package.json"))) return;
  const tarball = `edgeseal-${(await metadata()).version}.tgz`;
  copyFileSync(at(tarball), join(folder, tarball));
  for (const file of ["package.json", "package-lock.json"]) {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replaceAll("file:../../target/npm/edgeseal.tgz", `file:${tarball}`));
  }
}

if (isMain(import.meta.url)) {
  const names = readdirSync(at("examples"));
  const [name, folder] = process.argv.slice(2);
  if (!names.includes(name) || !folder)
    stop(`Name an example and a new folder: npm run example -- nextjs ../my-app. There are ${names.join(", ")}.`);
  // npm runs scripts in the project's root. INIT_CWD is the folder in which the user ran npm.
  const target = resolve(process.env.INIT_CWD ?? ".", folder);
  if (existsSync(target) && readdirSync(target).length > 0) stop(`${target} is not empty.`);
  await build({ only: "package" });
  await takeOut(name, target);
  console.log(`✓ ${target}: its README.md says how to run it.`);
}
