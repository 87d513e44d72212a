// Generates THIRD-PARTY-LICENSES: the licences of the crates that are compiled into the package's wasm, and of Rust's
// standard library.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../scripts/run.mjs";

const BUILD = ["--features", "js", "--locked", "--offline"];
const TREE = ["tree", "--edges", "normal,no-proc-macro", "--target", "wasm32-unknown-unknown", "--prefix", "none"];

/**
 * Returns the texts of a crate's licence files. If the crate may be used under MIT, only the MIT files are returned.
 */
function textsOf({ name, version, license, manifest_path }) {
  const folder = dirname(manifest_path);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|copyright|notice)/i.test(file));
  const mit = / OR /.test(license) && !/ AND /.test(license) ? files.filter((file) => /mit/i.test(file)) : [];
  if (files.length === 0) throw new Error(`${name} ${version} has no licence file`);
  return (mit.length > 0 ? mit : files).map((file) => readFileSync(join(folder, file), "utf8").trim());
}

/** Separates an MIT licence's copyright lines from its terms, which are the same in most crates. */
function parts(text) {
  const [, above = "", terms = text] = /^([^]*?)^(Permission is hereby granted, free of charge,[^]*)/m.exec(text) ?? [];
  return {
    terms,
    copyright: above.split("\n").filter((line) => /\w/.test(line) && !/^(?:The )?MIT License/i.test(line)),
  };
}

/** Returns the text of THIRD-PARTY-LICENSES. Each licence appears only once, below the crates that it applies to. */
export async function notices() {
  const { output } = await run("cargo", [...TREE, "--format", "{p}", ...BUILD]);
  const compiled = new Set(output.match(/^[\w-]+ v[^ \n]+/gm));
  const { output: json } = await run("cargo", ["metadata", ...BUILD, "--format-version", "1"]);
  const { packages } = JSON.parse(json.slice(json.indexOf("{")));
  const licences = new Map();
  for (const one of packages.filter(({ name, version }) => name !== "edgeseal" && compiled.has(`${name} v${version}`)))
    for (const { terms, copyright } of textsOf(one).map(parts)) {
      const key = terms.replaceAll(/\s+/g, " ");
      const { crates } = licences.get(key) ?? licences.set(key, { terms, crates: [] }).get(key);
      crates.push([`${one.name} ${one.version} (${one.license})`, ...copyright.map((line) => `  ${line}`)].join("\n"));
    }
  const sections = [...licences.values()]
    .map(({ terms, crates }) => `${crates.sort().join("\n")}\n\n${terms}\n`)
    .sort();
  const intro = `The WebAssembly in this package contains code of the following crates, under the licences below. It also contains code of
Rust's standard library (MIT OR Apache-2.0), whose copyright is retained by the contributors to the Rust project.\n`;
  return [intro, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}
