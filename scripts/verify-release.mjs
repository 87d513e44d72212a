// npm run verify-release: checks the files that `npm run release:files` has written, so that nobody has to trust the
// machine that built them. Builds the commit's package again in another folder, and compares the two tarballs byte by
// byte. Also checks the checksums, the SBOM, the lockfiles and the licences. Exits with 1 if anything differs.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { metadata } from "./metadata.mjs";
import { at, root, run, stop } from "./run.mjs";
import { cargoDeny } from "./toolchain.mjs";

const released = (name) => at("target/release-files", name);
const digestOf = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Returns the output of a command that must succeed. */
const outputOf = async (command, ...args) => (await run(command, args)).output;

async function checksums() {
  const lines = readFileSync(released("SHA256SUMS"), "utf8").trim().split("\n");
  const wrong = lines.map((line) => line.split("  ")).filter(([digest, name]) => digestOf(released(name)) !== digest);
  if (wrong.length > 0) throw new Error(`${wrong.map(([, name]) => name).join(", ")}: not as in SHA256SUMS`);
  return `${lines.length} files`;
}

/** Builds from a clone, whose path has a different length, so that a path in the wasm would change it. */
async function rebuilt(tarball) {
  const changed = await outputOf("git", "-C", root, "status", "--porcelain", "--untracked-files=no");
  if (changed) throw new Error("commit your changes first: only commits can be built again");
  const folder = mkdtempSync(join(tmpdir(), "edgeseal-built-again-"));
  try {
    await run("git", ["clone", "--quiet", root, join(folder, "clone")]);
    symlinkSync(at(".tools"), join(folder, "clone/.tools"));
    const env = { CARGO_TARGET_DIR: join(folder, "clone/target") };
    await run("node", [join(folder, "clone/scripts/build.mjs"), "package"], { env });
    const [ours, theirs] = [join(folder, "clone", tarball), released(tarball)].map(digestOf);
    if (ours !== theirs) throw new Error(`${tarball} has the digest ${theirs}, and ${ours} if it is built again`);
    return `${tarball} has the same bytes: sha256 ${ours}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares the SBOM with the crates that cargo links into the package's wasm. */
async function sbom(name) {
  const { components } = JSON.parse(readFileSync(released(name), "utf8"));
  const listed = new Set(components.map((one) => `${one.name} ${one.version}`));
  const target = ["--features", "js", "--target", "wasm32-unknown-unknown", "--edges", "normal"];
  const tree = await outputOf("cargo", "tree", "--locked", "--package", "edgeseal", "--prefix", "none", ...target);
  const crates = [...tree.matchAll(/^([\w-]+) v(\S+)/gm)].map(([, crate, version]) => `${crate} ${version}`);
  const missing = [...new Set(crates)].filter((crate) => !crate.startsWith("edgeseal ") && !listed.has(crate));
  if (missing.length > 0) throw new Error(`${name} lacks ${missing.join(", ")}`);
  return `${listed.size} crates`;
}

/** A lockfile that doesn't fit its manifest would let an install choose other versions. */
async function lockfiles() {
  const manifests = ["Cargo.toml", "fuzz/Cargo.toml"];
  for (const manifest of manifests) {
    await run("cargo", ["metadata", "--locked", "--format-version", "1", "--manifest-path", at(manifest)]);
  }
  const tracked = (await outputOf("git", "-C", root, "ls-files", "*package-lock.json")).trim().split("\n");
  for (const lockfile of tracked) {
    await run("npm", ["ci", "--dry-run", "--ignore-scripts", "--no-audit"], { cwd: dirname(at(lockfile)) });
  }
  return `${manifests.length} of cargo, ${tracked.length} of npm`;
}

async function licences() {
  await cargoDeny();
  await run("cargo-deny", ["--offline", "check", "licenses", "bans", "sources"]);
  return "of all crates allowed";
}

const { version } = await metadata();
if (!existsSync(released("SHA256SUMS"))) stop("There are no release files. Run: npm run release:files");
for (const [name, check] of [
  ["checksums", checksums],
  ["built again", () => rebuilt(`edgeseal-${version}.tgz`)],
  ["SBOM", () => sbom(`edgeseal-${version}.cdx.json`)],
  ["lockfiles", lockfiles],
  ["licences", licences],
]) {
  try {
    console.log(`✓ ${name}: ${await check()}`);
  } catch (cause) {
    console.error(`✗ ${name}: ${cause.message}${cause.output ? `\n${cause.output.slice(-2000)}` : ""}`);
    process.exitCode = 1;
  }
}
