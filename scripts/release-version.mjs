// npm run release:version -- 0.2.0: sets the project's version in every file that contains it.
import { readFileSync, writeFileSync } from "node:fs";
import { at, isMain, run, stop } from "./run.mjs";

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[\w.]*\w)?`;

/** The files that contain the version, and where in each file it is. */
export const PLACES = [
  [/^(?:worker\/)?Cargo\.toml$/, /(?<=^version = ")[^"]+/m],
  [/^(?:fuzz\/)?Cargo\.lock$/, /(?<=^name = "edgeseal(?:-worker)?"\nversion = ")[^"]+/gm],
  [/^package(?:-lock)?\.json$/, /(?<="edgeseal-project",\n +"version": ")[^"]+/g],
  [/\/package-lock\.json$/, /(?<="node_modules\/edgeseal": \{\n +"version": ")[^"]+/g],
  [/^contracts\/auth-api\.yaml$/, /(?<=^ {2}version: ).+/m],
  [/\.md$/, new RegExp(`(?<=\\bedgeseal-)${VERSION}(?=\\.tgz)|(?<=Edgeseal is version )${VERSION}`, "g")],
];

/** Each file in git that contains the version. */
export async function versioned() {
  const paths = (await run("git", ["ls-files"])).output.trim().split("\n");
  return paths.flatMap((path) => {
    const [, pattern] = PLACES.find(([name]) => name.test(path)) ?? [];
    const text = pattern && readFileSync(at(path), "utf8");
    return text?.match(pattern) ? [{ path, text, pattern, versions: text.match(pattern) }] : [];
  });
}

if (isMain(import.meta.url)) {
  const version = process.argv[2] ?? "";
  if (!new RegExp(`^${VERSION}$`).test(version)) stop("Name a version: npm run release:version -- 0.2.0");
  for (const { path, text, pattern } of await versioned()) writeFileSync(at(path), text.replace(pattern, version));
}
