// Builds bundled/index.js with every bundler, once for Node and once for browsers, and runs both bundles.
import { createRequire } from "node:module";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../scripts/run.mjs";
import { inChromium } from "./browser.mjs";
import { assertHolds, filesOf } from "./bundle.mjs";
import { reportOf, row, RUNTIMES, versionOf } from "./row.mjs";

const entryPoint = at(RUNTIMES, "bundled/index.js");
const require = createRequire(import.meta.url);

/** One function per bundler. Each function builds for one platform, and returns the paths of the resolved modules. */
const bundlers = {
  async esbuild(outfile, platform) {
    const { build } = await import("esbuild");
    const options = { entryPoints: [entryPoint], outfile, platform, bundle: true, format: "esm", minify: true };
    return Object.keys((await build({ ...options, metafile: true })).metafile.inputs);
  },
  async rollup(file, platform) {
    const { rollup } = await import("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    const plugins = [nodeResolve({ browser: platform === "browser" })];
    const bundle = await rollup({ input: entryPoint, plugins });
    await bundle.write({ file, format: "esm" });
    return bundle.watchFiles;
  },
  async webpack(file, platform) {
    const target = platform === "node" ? "node" : "web";
    const output = { path: join(file, ".."), filename: "index.mjs" };
    const compiler = require("webpack")({ mode: "production", target, entry: entryPoint, output });
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, done) => (error ? reject(error) : resolve(done))),
    );
    if (stats.hasErrors()) throw new Error(stats.toString());
    return [...stats.compilation.fileDependencies];
  },
  async vite(file, platform) {
    const { build } = await import("vite");
    const out = { outDir: join(file, ".."), emptyOutDir: true };
    const node = { ssr: entryPoint, rollupOptions: { output: { entryFileNames: "index.mjs" } } };
    const { output } = await build({
      root: at(RUNTIMES, "bundled"),
      logLevel: "error",
      base: "./",
      build: { ...out, ...(platform === "node" ? node : {}) },
      ssr: { noExternal: true },
    });
    return output.flatMap(({ moduleIds }) => moduleIds ?? []);
  },
};

const page = '<!doctype html><script type="module" src="./index.mjs"></script>';

for (const [name, bundle] of Object.entries(bundlers)) {
  for (const platform of ["node", "browser"]) {
    const version = versionOf(name, name === "esbuild" ? "." : RUNTIMES);
    const runtime = platform === "node" ? `Node ${process.versions.node}` : "Chromium";
    row({ runtime, by: `${name} ${version}, ${platform}`, entry: "index.js" }, async () => {
      const folder = at("target/runtimes", `${name}-${platform}`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const resolved = await bundle(join(folder, "index.mjs"), platform);
      assertHolds(filesOf(folder), "index.js");
      if (platform === "node") return { ...(await reportOf("node", [join(folder, "index.mjs")])), resolved };
      // Vite has already built a page from bundled/index.html.
      if (name !== "vite") writeFileSync(join(folder, "index.html"), page);
      return { ...(await inChromium(folder, "/index.html")), resolved };
    });
  }
}

row({ runtime: "Chromium", by: "no bundler, import map", entry: "index.js" }, async () => {
  const found = await inChromium(at("js-tests"), "/runtimes/page/index.html");
  return { ...found, resolved: found.requested };
});
