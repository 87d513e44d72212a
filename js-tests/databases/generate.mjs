// `node generate.mjs` writes the schema of each shape in shapes.mjs to js-tests/worker/databases/, as SQL.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { isMain } from "../../scripts/run.mjs";
import { SHAPES } from "./shapes.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const FIXTURES = new URL("../worker/databases/", import.meta.url);
/**
 * Better Auth's newest command-line tool needs a newer Node than the project does, so use the one in the `node` npm
 * package.
 */
const NODE = join(here, "node_modules/node/bin/node");

const node = (script, args, env = {}) =>
  execFileSync(NODE, [join(here, "node_modules", script), ...args], {
    cwd: here,
    env: { ...process.env, ...env, CI: "true", BETTER_AUTH_TELEMETRY: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });

/**
 * Runs `better-auth generate` for a shape, and calls `run` with the path of the resulting file. The file is in this
 * folder so that its imports resolve.
 */
async function generated(name, run) {
  const { cli, adapter, renamed } = SHAPES[name];
  const folder = mkdtempSync(join(here, ".generated-"));
  try {
    const path = join(folder, adapter === "kysely" ? "schema.sql" : "schema.ts");
    node(`${cli}/dist/index.mjs`, ["generate", "--config", "config.mjs", "--output", path, "-y"], { SHAPE: name });
    if (renamed) {
      // createdAt: integer("created_at", …) becomes createdAt: integer("createdAt", …).
      const source = readFileSync(path, "utf8");
      writeFileSync(path, source.replaceAll(/(\w+)(:\s*(?:integer|text)\(\s*)(["'])\w+\3/g, "$1$2$3$1$3"));
    }
    return await run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A shape's Drizzle schema, as a module. Undefined if the shape uses a different adapter. */
export const schemaModule = (name) =>
  SHAPES[name].adapter === "drizzle"
    ? generated(name, async (path) => {
        const { code } = await transform(readFileSync(path, "utf8"), { loader: "ts", format: "esm" });
        const module = path.replace(/ts$/, "mjs");
        writeFileSync(module, code);
        return import(pathToFileURL(module).href);
      })
    : undefined;

/** The SQL statements that create a shape's tables. */
const schemaSql = (name) =>
  generated(name, (path) =>
    SHAPES[name].adapter === "kysely"
      ? readFileSync(path, "utf8")
      : node("drizzle-kit/bin.cjs", ["export", "--dialect", "sqlite", "--schema", path]),
  );

/** The contents of a shape's fixture, with a comment that says how it was generated. */
export async function fixtureOf(name) {
  const { cli, adapter, server, plural, renamed, plugins } = SHAPES[name];
  const { version } = JSON.parse(readFileSync(join(here, "node_modules", cli, "package.json"), "utf8"));
  const options = [
    plural && "usePlural",
    renamed && "columns renamed to camelCase",
    plugins && `plugins ${plugins.join(", ")}`,
  ].filter(Boolean);
  const made = adapter === "kysely" ? "generate" : "generate, then drizzle-kit export";
  const how = `-- Better Auth ${server}, ${adapter} adapter: ${[`command line ${version}, ${made}`, ...options].join("; ")}.`;
  return `${how}\n${(await schemaSql(name)).trim()}\n`;
}

export const fixturePath = (name) => new URL(`${name}.sql`, FIXTURES);

if (isMain(import.meta.url)) {
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : Object.keys(SHAPES)) {
    writeFileSync(fixturePath(name), await fixtureOf(name));
    console.log(name);
  }
}
