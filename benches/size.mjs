// npm run size: checks the sizes of what users download and deploy. Exits with 1 if a size exceeds its budget.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { installPackage } from "../scripts/build-package.mjs";
import { build } from "../scripts/build.mjs";
import { MOST_UPLOADED, upload } from "./deploy-size.mjs";
import { at } from "../scripts/run.mjs";
import { npmPackages } from "../scripts/toolchain.mjs";

await build();
await npmPackages("js-tests");
await installPackage("js-tests");

const zipped = (...parts) => parts.reduce((total, part) => total + gzipSync(part, { level: 9 }).length, 0);
const wasm = (name) => readFileSync(at("pkg", name));

/**
 * Returns the gzipped size of a middleware with one function, as a platform deploys it: minified code and the compiled
 * module.
 */
async function middleware(source) {
  const esbuild = await import("esbuild");
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents: source, resolveDir: at("js-tests") },
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["edge-light"],
    external: ["*.wasm?module", "next/*"],
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const module = output.imports.map(({ path }) => path).find((path) => path.includes(".wasm"));
  return zipped(outputFiles[0].contents, wasm(module.slice("./".length, -"?module".length)));
}

const verifying = (entry) => `import { createVerifier } from "${entry}";
  const verifier = createVerifier({ secret: process.env.AUTH_SECRET });
  export const middleware = (request) => verifier.verify(request.cookies.get("token").value);`;
const guarding = `import { createAuth } from "edgeseal/next";
  export const { middleware } = createAuth({ secret: process.env.AUTH_SECRET, baseURL: process.env.BASE_URL });`;

const unpacked = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);

let over = 0;
for (const [name, bytes, budget] of [
  ["wasm, everything, gzip", zipped(wasm("edgeseal_bg.wasm")), 95_000],
  ["wasm, verifier of HS256 alone, gzip", zipped(wasm("edgeseal_slim_bg.wasm")), 31_000],
  ["edge middleware with edgeseal, gzip", await middleware(verifying("edgeseal")), 103_000],
  ["edge middleware with edgeseal/slim, gzip", await middleware(verifying("edgeseal/slim")), 36_000],
  ["edge middleware with edgeseal/next, gzip", await middleware(guarding), 46_500],
  ["the Worker as it is uploaded, gzip", (await upload()).bytes, MOST_UPLOADED],
  ["the package, unpacked", unpacked(at("js-tests/node_modules/edgeseal")), 1_690_000],
]) {
  const fits = bytes <= budget;
  console.log(`${fits ? "ok" : "not ok"} - ${name}: ${bytes} bytes of at most ${budget}`);
  if (!fits) over += 1;
}
process.exit(over === 0 ? 0 : 1);
