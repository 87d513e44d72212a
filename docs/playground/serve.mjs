// npm run playground: builds the package, copies it into docs/playground, and serves the page. With the `copy`
// argument, it only prepares the folder, which can then be uploaded to any static host.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { build } from "../../scripts/build.mjs";
import { at, isMain, step } from "../../scripts/run.mjs";

const PAGE = at("docs/playground");
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript" };

/** Copies the package's entry point for browsers, and the files that it imports. */
export function copyPackage() {
  rmSync(`${PAGE}/edgeseal`, { recursive: true, force: true });
  mkdirSync(`${PAGE}/edgeseal`);
  const files = ["index.js"];
  for (const file of files) {
    const text = readFileSync(at("pkg", file), "utf8");
    for (const [, name] of text.matchAll(/\bfrom\s*"\.\/([\w.-]+)"/g)) if (!files.includes(name)) files.push(name);
    writeFileSync(`${PAGE}/edgeseal/${file}`, text);
  }
}

/** Serves the page only to this machine, under a path on localhost. Returns its address and a `stop` function. */
export async function servePlayground({ port = 0, path = "/" } = {}) {
  const server = createServer(({ url }, response) => {
    const asked = new URL(url, "http://localhost").pathname;
    const file = asked === path ? "index.html" : asked.startsWith(path) ? asked.slice(path.length) : "";
    const type = TYPES[extname(file)];
    // Serve only files in this folder and in the copy of the package, to prevent path traversal.
    if (!type || !/^(edgeseal\/)?[\w.-]+$/.test(file)) return response.writeHead(404).end();
    try {
      const body = readFileSync(`${PAGE}/${file}`);
      return response.setHeader("content-type", `${type}; charset=utf-8`).end(body);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}${path}`, stop: () => server.close() };
}

if (isMain(import.meta.url)) {
  await build({ only: "package" });
  await step("edgeseal in docs/playground", async () => copyPackage());
  if (process.argv[2] !== "copy") {
    const { address } = await servePlayground({ port: Number(process.env.PLAYGROUND_PORT ?? 8788) });
    console.log(`\n  ${address}\n\nPress Ctrl-C to stop.`);
  }
}
