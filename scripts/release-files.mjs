// npm run release:files: writes the files for a release to target/release-files/: the tarball, its SBOM (CycloneDX),
// checksums, and the release notes from CHANGELOG.md.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { metadata } from "./metadata.mjs";
import { at, root, run } from "./run.mjs";
import { cargoCyclonedx } from "./toolchain.mjs";

await build({ only: "package" });
await cargoCyclonedx();
const { version } = await metadata();
const folder = at("target/release-files");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

copyFileSync(at(`edgeseal-${version}.tgz`), `${folder}/edgeseal-${version}.tgz`);
// Lists only the crates in the wasm, because the tarball has no npm dependencies.
const bom = `edgeseal-${version}.cdx`;
const features = ["--features", "js", "--target", "wasm32-unknown-unknown"];
const named = ["--format", "json", "--spec-version", "1.5", "--override-filename", bom];
await run("cargo-cyclonedx", ["cyclonedx", "--manifest-path", at("Cargo.toml"), ...features, ...named]);
// Don't publish this machine's paths.
const text = readFileSync(at(`${bom}.json`), "utf8");
writeFileSync(`${folder}/${bom}.json`, text.replaceAll(root.replace(/\/$/, ""), "/edgeseal"));
rmSync(at(`${bom}.json`));
rmSync(at("worker", `${bom}.json`), { force: true });

const sums = readdirSync(folder).map((name) => {
  const digest = createHash("sha256").update(readFileSync(`${folder}/${name}`));
  return `${digest.digest("hex")}  ${name}\n`;
});
writeFileSync(`${folder}/SHA256SUMS`, sums.join(""));

// The release notes aren't attached as a file, so they don't need a checksum.
const section = readFileSync(at("CHANGELOG.md"), "utf8").split(/^(?=## \[)/m);
writeFileSync(`${folder}/NOTES.md`, section.find((text) => text.startsWith(`## [${version}]`)) ?? "");
