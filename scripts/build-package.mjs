// Builds pkg/, the npm package, and target/npm/edgeseal.tgz, the packed tarball that every consumer installs.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { notices } from "../pkg-template/notices.mjs";
import { forNpm, metadata } from "./metadata.mjs";
import { at, root, run, step, wasmFlags, whenStale } from "./run.mjs";

const TYPESCRIPT = "target/npm/js";
export const TARBALL = "target/npm/edgeseal.tgz";

/** The two builds of the core: the full core, and a smaller core that only verifies HS256. */
const cores = {
  whole: { glue: "target/wasm-pack", wasm: "edgeseal_bg.wasm", features: ["--features", "js"] },
  slim: {
    glue: "target/wasm-pack-slim",
    wasm: "edgeseal_slim_bg.wasm",
    features: ["--no-default-features", "--features", "js-verify"],
  },
};

/**
 * The package's entries. Every extra file adds to the import time. Therefore, each ES module entry is a single file,
 * plus a second file with the code that all entries of the same core share. A CommonJS entry is always a single file.
 */
const bundles = [
  { names: ["shared"], core: cores.whole },
  { names: ["shared"], core: cores.whole, cjs: true },
  { names: ["core"], core: cores.whole, cjs: true },
  { names: ["index", "index.edge-light", "index.workerd", "wasm"], core: cores.whole, shared: "core" },
  { names: ["slim", "slim.edge-light", "slim.workerd"], core: cores.slim, shared: "slim-core" },
  { names: ["index"], core: cores.whole, cjs: true },
  { names: ["wasm"], core: cores.whole, cjs: true },
  ...uponCore("edgeseal/slim", ["next"]),
  // Replaces `next` in browser bundles.
  { names: ["next.browser"], core: cores.slim, upon: "edgeseal/slim" },
  ...uponCore("edgeseal", ["jose", "bcrypt", "better-auth", "webhooks"]),
  { names: ["cli"], core: cores.whole, upon: "edgeseal" },
];

/** Modules that go into the shared file: see `pkg-template/src/shared.ts`. */
const SHARED = ["base64url.js", "bytes.js", "duration.js", "errors.js", "key-ring.js", "options.js"];

/** Entries that import a core's entry under the package's name, so that each runtime gets its own variant. */
function uponCore(upon, names) {
  return names.flatMap((name) => [
    { names: [name], core: cores.slim, upon },
    { names: [name], core: cores.slim, upon, cjs: true },
  ]);
}

/** Entries that have their own type declarations. The other entries are variants of these for other runtimes,
 * except for the command-line tool. */
const declared = ["index", "slim", "wasm", "module", "next", "jose", "bcrypt", "better-auth", "webhooks"].map(
  (name) => `${name}.d.ts`,
);

export const buildPackage = () =>
  step("npm package edgeseal", async () =>
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
          "scripts/metadata.mjs",
          "scripts/run.mjs",
        ],
        outputs: ["pkg/package.json", TARBALL, `edgeseal-${(await metadata()).version}.tgz`],
      },
      async () => {
        await wasm(cores.whole);
        await wasm(cores.slim);
        await assemble();
        await pack();
      },
    ),
  );

async function wasm({ glue, features }) {
  const options = ["--release", "--target", "bundler", "--no-typescript", "--no-pack", "--out-dir", at(glue)];
  await run("wasm-pack", ["build", at(), ...options, ...features, "--locked"], { env: wasmFlags() });
}

const pkg = (...file) => at("pkg", ...file);

async function assemble() {
  for (const folder of ["pkg", TYPESCRIPT]) rmSync(at(folder), { recursive: true, force: true });
  mkdirSync(pkg("types"), { recursive: true });
  for (const { glue, wasm } of Object.values(cores)) copyFileSync(at(glue, "edgeseal_bg.wasm"), pkg(wasm));
  await run("tsc", ["--project", at("pkg-template/tsconfig.json")]);

  const thread = (await bundle({ names: ["thread"], core: cores.whole, cjs: true }))[0].text;
  for (const one of bundles) {
    for (const { path, contents } of await bundle({ ...one, thread })) writeFileSync(path, contents);
  }
  writeFileSync(pkg("slim.cjs"), slimCommonJs());
  types();

  const manifest = JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
  writeFileSync(pkg("package.json"), `${JSON.stringify({ ...manifest, ...forNpm(await metadata()) }, null, 2)}\n`);
  copyFileSync(at("pkg-template/README.md"), pkg("README.md"));
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(at(file), pkg(file));
  writeFileSync(pkg("THIRD-PARTY-LICENSES"), await notices());
}

/** Bundles each entry. The wasm, other entries and Next.js remain external imports. */
async function bundle({ names, core, upon, shared, cjs = false, thread = "" }) {
  const { build } = await import("esbuild");
  // Whether a file is part of a core's shared code. Used for CommonJS, because esbuild can't split CommonJS bundles.
  const isCore = (file) => cjs && ["index", "wasm"].includes(names[0]) && ["api.js", "boot.js"].includes(file);
  const generated = {
    "./edgeseal_bg.js": () => glueFactory(readFileSync(at(core.glue, "edgeseal_bg.js"), "utf8")),
    "./wasm-bytes.js": () => `export const base64 = "${readFileSync(pkg(core.wasm)).toString("base64")}";`,
    // The worker thread's code is inlined as text, because bundlers wouldn't find a separate file.
    "./thread-source.js": () => `export const source = ${asTemplate(thread)};`,
  };
  const { outputFiles } = await build({
    entryPoints: names.map((name) => at(TYPESCRIPT, `${name}.js`)),
    bundle: true,
    write: false,
    outdir: pkg(),
    format: cjs ? "cjs" : "esm",
    outExtension: cjs ? { ".js": ".cjs" } : {},
    splitting: !cjs,
    // Exports become plain properties, so that test runners can replace them with spies.
    footer: cjs && names[0] !== "thread" ? { js: "module.exports = { ...module.exports };" } : {},
    chunkNames: shared,
    target: "es2022",
    // By default, esbuild would replace `process.env.NODE_ENV` at build time.
    platform: "neutral",
    // Comments name each file by its path from here.
    absWorkingDir: root,
    legalComments: "none",
    // Not minified: Node.js prints the line that threw, and users' bundlers minify anyway.
    minify: false,
    lineLimit: 160,
    inject: [at(TYPESCRIPT, "text-codecs.js")],
    define: { SLIM: String(core === cores.slim) },
    external: ["*.wasm", "*.wasm?module", "edgeseal", "edgeseal/*", "next/*", "node:*"],
    logLevel: "warning",
    plugins: [
      {
        name: "generated",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^edgeseal\/slim$/ }, () => (upon ? { path: upon, external: true } : undefined));
          onResolve({ filter: /^\.{1,2}\/[\w-]+\.js$/ }, ({ path, resolveDir }) => {
            const file = relative(at(TYPESCRIPT), join(resolveDir, path));
            const of = names[0] !== "shared" && SHARED.includes(file) ? "shared" : isCore(file) ? "core" : undefined;
            return of && { path: `./${of}.${cjs ? "cjs" : "js"}`, external: true };
          });
          onLoad({ filter: /\/(?:index|slim)(?:\.edge-light|\.workerd)?\.js$|\/wasm\.js$/ }, ({ path }) => ({
            contents: (cjs ? byName : ownNames)(readFileSync(path, "utf8")),
          }));
          onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ path }) =>
            Object.hasOwn(generated, path) ? { path, namespace: "generated" } : undefined,
          );
          onLoad({ filter: /./, namespace: "generated" }, ({ path }) => ({ contents: generated[path]() }));
        },
      },
    ],
  });
  return outputFiles;
}

/**
 * Rewrites an entry so that it re-exports errors directly and gets everything else from the booted core. This way,
 * bundlers include the wasm only if it is needed.
 */
function ownNames(entry) {
  const boot = /^boot\((inlineModule)?/m;
  const isBooted = boot.test(entry);
  const pure = "/* @__PURE__ */ ";
  const needing = (name) => (isBooted ? `${pure}booted(_${name})` : `_${name}`);
  return entry
    .replace(boot, (_, inline = "") => `const booted = ${pure}boot(${inline && pure}${inline}`)
    .replace(/^export \* from "\.\/((?:slim-)?api)\.js";$/m, (_, api) => {
      const lines = exportsOf(api).flatMap(([statement, list, from]) => {
        if (from === "./errors.js") return [statement];
        const names = list.match(/\w+/g);
        const imported = names.map((name) => `${name} as _${name}`).join(", ");
        return [
          `import { ${imported} } from "${from}";`,
          ...names.map((name) => `export const ${name} = ${needing(name)};`),
        ];
      });
      return lines.join("\n");
    });
}

/** Re-exports the API by name for `require`, because the shared file also has other exports. */
const byName = (entry) =>
  entry.replace(/^export \* from "\.\/api\.js";$/m, `export { ${namesOf("api").join(", ")} } from "./api.js";`);

const namesOf = (api) => exportsOf(api).flatMap(([, list]) => list.match(/\w+/g));

/**
 * Finds every `export { list } from "file";` in an API and in the API that it re-exports. Returns [statement, list,
 * file] for each.
 */
const exportsOf = (api) =>
  [...readFileSync(at(TYPESCRIPT, `${api}.js`), "utf8").matchAll(/^export (?:\{([^}]+)\}|\*) from "(.+)";$/gm)].flatMap(
    ([statement, list, from]) => (list ? [[statement, list, from]] : exportsOf(basename(from, ".js"))),
  );

/** Returns this text as a template literal, which keeps its lines readable. */
const asTemplate = (text) => `\`${text.replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")}\``;

/**
 * wasm-bindgen's glue code keeps a single instance in module variables. Wrapping the glue in a factory allows several
 * instances.
 */
function glueFactory(glue) {
  const names = [...glue.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
  const body = glue.replaceAll(/^export (?=function|class)/gm, "");
  if (/^(?:export|import)\b/m.test(body)) throw new Error("wasm-bindgen's glue has changed its form");
  return `export function createGlue() {\n${body}\nreturn { ${names.join(", ")} };\n}\n`;
}

/** `slim.cjs` re-exports from `index.cjs`, because a separate CommonJS build would load a second copy of the wasm. */
function slimCommonJs() {
  const exported = namesOf("slim-api").map((name) => `exports.${name} = whole.${name};`);
  return ['"use strict";', 'const whole = require("./index.cjs");', ...exported, ""].join("\n");
}

/**
 * Writes the entries' type declarations. They are written once, as CommonJS, because ES modules can import CommonJS
 * declarations too. The declarations for `import` re-export them, except for default exports, which would differ.
 */
function types() {
  const wanted = [...declared];
  for (const file of wanted) {
    const up = relative(dirname(file), ".") || ".";
    const own = readFileSync(at(TYPESCRIPT, file), "utf8")
      .replaceAll('"edgeseal/slim"', `"${up}/slim-api.js"`)
      .replaceAll('"edgeseal"', `"${up}/index.js"`);
    const text = own.replaceAll(/(["']\.[^"']+)\.js(["'])/g, "$1.cjs$2");
    mkdirSync(dirname(pkg("types", file)), { recursive: true });
    writeFileSync(pkg("types", file.replace(/\.d\.ts$/, ".d.cts")), text);
    if (declared.includes(file)) {
      const passedOn = `export * from "./${basename(file, ".d.ts")}.cjs";\n`;
      writeFileSync(pkg("types", file), /^export default/m.test(text) ? text : passedOn);
    }
    for (const [, path] of own.matchAll(/["'](\.[^"']+)\.js["']/g)) {
      const reached = join(dirname(file), `${path}.d.ts`);
      if (!wanted.includes(reached)) wanted.push(reached);
    }
  }
}

async function pack() {
  const options = ["--json", "--pack-destination", at("target/npm"), "--loglevel=error"];
  const { output } = await run("npm", ["pack", pkg(), ...options]);
  const packed = JSON.parse(output.slice(output.indexOf("[") < 0 ? output.indexOf("{") : output.indexOf("[")));
  const { filename } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  // The tarball in the root is for people, so its name contains the version. The one in target/ is for lockfiles, which
  // need a name that doesn't change.
  copyFileSync(at("target/npm", filename), at(filename));
  renameSync(at("target/npm", filename), at(TARBALL));
}

/** Installs the packed tarball into a folder whose lockfile refers to `file:…/edgeseal.tgz`. */
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
