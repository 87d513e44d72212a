// Checks that no crate has import cycles between its files. cargo-modules lists the imports. Its own `--acyclic` option
// compares items instead of files, so it reports a cycle even between a type and a method that returns that type.
// cargo-modules ignores paths in function bodies, so this script finds those in the source text.
import { existsSync, readFileSync } from "node:fs";
import { at, isMain, run } from "./run.mjs";
import { cargoModules } from "./toolchain.mjs";

const WASM = ["--target", "wasm32-unknown-unknown"];
const CRATES = [
  { name: "edgeseal", root: "src", options: [] },
  { name: "edgeseal", root: "src", options: [...WASM, "--features", "js"] },
  { name: "edgeseal-worker", root: "worker/src", options: WASM },
];
const ONLY_MODULES = ["externs", "sysroot", "fns", "traits", "types", "owns"].map((kind) => `--no-${kind}`);

/**
 * Returns the file that defines a path, which is given as a list of names. For an inline `mod x { … }` or an item, that
 * is the parent module's file.
 */
function fileOf(module, root) {
  if (module.length === 0) return `${root}/lib.rs`;
  const path = `${root}/${module.join("/")}`;
  const file = [`${path}.rs`, `${path}/mod.rs`].find((one) => existsSync(at(one)));
  return file ?? fileOf(module.slice(0, -1), root);
}

/** Returns a file's code without its tests and comments. */
const codeOf = (file) =>
  readFileSync(at(file), "utf8")
    .replace(/^#\[cfg\((?:all\()?test\b.*\nmod \w+ \{[^]*/m, "")
    .replaceAll(/\/\/.*/g, "");

/**
 * Returns whether a file mentions another file's module or items. This check is needed because cargo-modules attributes
 * an `impl` to its type's file.
 */
function mentions(file, other) {
  const module = other
    .split("/")
    .findLast((part) => part !== "mod.rs")
    .replace(".rs", "");
  const items = codeOf(other).matchAll(/^pub.*?\b(?:struct|enum|trait|type|const|static|fn) (\w+)/gm);
  const names = [`${module}(?=::)`, `(?<=::)${module}`, ...[...items].map(([, name]) => name)];
  return new RegExp(`\\b(?:${names.join("|")})\\b`).test(codeOf(file));
}

/**
 * Returns the paths that a file writes out in full, such as `crate::limit::count()`, except in its imports and tests.
 */
function named(file, module) {
  const text = codeOf(file).replaceAll(/^\s*(?:pub(?:\([^)]*\))? )?use [^;]*;|pub\(in [^)]*\)/gm, "");
  return [...text.matchAll(/(?<![\w:$])(crate|(?:super::)*super)((?:::\w+)+)/g)].map(([, start, rest]) => {
    const base = start === "crate" ? [] : module.slice(0, -start.split("::").length);
    return [...base, ...rest.split("::").slice(1)];
  });
}

/** Each file's imports, from cargo-modules' graph and from the source text. */
function importsOf(drawing, root) {
  const imports = new Map();
  const add = (file, imported) => {
    if (file !== imported) imports.set(file, (imports.get(file) ?? new Set()).add(imported));
  };
  const modules = (name) => name.split("::").slice(1);
  for (const [, from, to] of drawing.matchAll(/^ *"([\w:]+)" -> "([\w:]+)"/gm))
    if (mentions(fileOf(modules(from), root), fileOf(modules(to), root)))
      add(fileOf(modules(from), root), fileOf(modules(to), root));
  for (const [, name] of drawing.matchAll(/^ *"([\w:]+)" \[label=/gm)) {
    const file = fileOf(modules(name), root);
    for (const other of named(file, modules(name))) add(file, fileOf(other, root));
  }
  return imports;
}

/** Returns one of the shortest cycles for each file that is part of a cycle, without duplicates. */
function circlesOf(imports) {
  const circles = new Map();
  for (const start of imports.keys()) {
    const ways = [[start]];
    const seen = new Set();
    for (const way of ways) {
      const next = [...(imports.get(way.at(-1)) ?? [])];
      if (next.includes(start)) circles.set([...way].sort().join(), [...way, start]);
      if (next.includes(start)) break;
      for (const file of next) if (!seen.has(file) && seen.add(file)) ways.push([...way, file]);
    }
  }
  return [...circles.values()].map((circle) => circle.join(" -> "));
}

if (isMain(import.meta.url)) {
  await cargoModules();
  const found = new Set();
  for (const { name, root, options } of CRATES) {
    const given = ["--package", name, "--lib", ...ONLY_MODULES, ...options];
    const { output } = await run("cargo-modules", ["dependencies", ...given]);
    const imports = importsOf(output, root);
    if (imports.size === 0) throw new Error(`cargo-modules shows no import of ${name}:\n${output}`);
    for (const circle of circlesOf(imports)) found.add(circle);
  }
  console.log([...found].sort().join("\n"));
  process.exit(found.size === 0 ? 0 : 1);
}
