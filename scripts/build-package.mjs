// pkg/: the npm package, and target/npm/edgeseal.tgz: what is installed wherever it is used.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { at, run, step, wasmFlags, whenStale } from "./run.mjs";

const GLUE = "target/wasm-pack";
export const TARBALL = "target/npm/edgeseal.tgz";

export const buildPackage = () =>
  step("npm package edgeseal", () =>
    whenStale(
      "package",
      {
        inputs: [
          "Cargo.toml",
          "Cargo.lock",
          ".cargo",
          "src",
          "pkg-template",
          "package-lock.json",
          "scripts/build-package.mjs",
          "scripts/run.mjs",
        ],
        outputs: ["pkg/package.json", TARBALL],
      },
      async () => {
        await wasm();
        await assemble();
        await pack();
      },
    ),
  );

async function wasm() {
  const options = ["--release", "--target", "bundler", "--no-typescript", "--no-pack", "--out-dir", at(GLUE)];
  await run("wasm-pack", ["build", at(), ...options, "--features", "js", "--locked"], { env: wasmFlags() });
}

async function assemble() {
  const pkg = (file) => at("pkg", file);
  rmSync(at("pkg"), { recursive: true, force: true });
  mkdirSync(at("pkg"));
  for (const file of ["edgeseal_bg.js", "edgeseal_bg.wasm"]) copyFileSync(at(GLUE, file), pkg(file));

  const base64 = readFileSync(pkg("edgeseal_bg.wasm")).toString("base64");
  writeFileSync(pkg("wasm-bytes.js"), `export const base64 = "${base64}";\n`);
  await run("tsc", ["--project", at("pkg-template/tsconfig.json")]);
  await embedThread(pkg);
  await run("esbuild", [
    pkg("index.js"),
    `--outfile=${pkg("index.cjs")}`,
    "--bundle",
    "--format=cjs",
    "--target=es2022",
    "--legal-comments=none",
    "--log-level=warning",
  ]);
  for (const file of readdirSync(at("pkg")).filter((name) => name.endsWith(".d.ts"))) {
    const types = readFileSync(pkg(file), "utf8");
    writeFileSync(pkg(file.replace(/\.d\.ts$/, ".d.cts")), types.replaceAll(/(from "\.\/[^"]+)\.js"/g, '$1.cjs"'));
  }

  const manifest = JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
  manifest.version = readFileSync(at("Cargo.toml"), "utf8").match(/^version = "(.+)"/m)[1];
  writeFileSync(pkg("package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(at("pkg-template/README.md"), pkg("README.md"));
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(at(file), pkg(file));
}

/** What a worker thread runs, as text within the package. */
async function embedThread(pkg) {
  const options = ["--bundle", "--format=cjs", "--platform=node", "--target=es2022", "--minify", "--log-level=warning"];
  const { output } = await run("esbuild", [pkg("thread.js"), ...options]);
  writeFileSync(pkg("thread-source.js"), `export const source = ${JSON.stringify(output)};\n`);
  for (const file of ["thread.js", "thread.d.ts"]) rmSync(pkg(file));
}

async function pack() {
  mkdirSync(at("target/npm"), { recursive: true });
  const { output } = await run("npm", [
    "pack",
    at("pkg"),
    "--json",
    "--pack-destination",
    at("target/npm"),
    "--loglevel=error",
  ]);
  const packed = JSON.parse(output.slice(output.indexOf("[") < 0 ? output.indexOf("{") : output.indexOf("[")));
  const { filename } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  renameSync(at("target/npm", filename), at(TARBALL));
}

/** Puts the packed tarball where a consumer's lockfile says `file:…/edgeseal.tgz`. */
export const installPackage = (folder) =>
  step(`edgeseal in ${folder}`, () =>
    whenStale(
      `edgeseal-${folder.replaceAll("/", "-")}`,
      { inputs: [TARBALL, `${folder}/package-lock.json`], outputs: [`${folder}/node_modules/edgeseal/package.json`] },
      async () => {
        const target = at(folder, "node_modules/edgeseal");
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target, { recursive: true });
        await run("tar", ["-xzf", at(TARBALL), "--strip-components=1", "-C", target]);
      },
    ),
  );
