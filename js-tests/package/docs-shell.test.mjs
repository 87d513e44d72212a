// Checks the commands in the pages: each program must be known to this test, and must have the command and flags that
// the page uses. The commands are not run, but checked against wrangler's own table of commands and the help of our
// own programs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { metadata } from "../../scripts/metadata.mjs";
import { at, environment } from "../../scripts/run.mjs";
import { commandsOf, pagePaths, parsePage, readPage } from "../docs.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { BIN } from "./cli.mjs";

const { repository } = await metadata();
const wrangler = createRequire(at("package.json"))("wrangler");
/** The `npm run` scripts in a folder. */
const scriptsAt = (folder) => {
  const path = at(folder, "package.json");
  return existsSync(path) ? Object.keys(JSON.parse(readFileSync(path, "utf8")).scripts ?? {}) : [];
};
const flagsOf = (words) => words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.split("=")[0]);

/** Programs that export another system's users: see migrate-users.test.mjs. */
const EXPORTERS = ["gpg", "kc.sh", "php", "psql", "python", "rails", "sqlcmd", "wp"];

/** For each program, a function that checks a command and returns a problem, or nothing if the command is valid. */
const programs = {
  npm([verb, name, ...rest], page) {
    if (verb === "install" && !repository && [name, ...rest].some((word) => /^edgeseal(?:@|$)/.test(word)))
      return "edgeseal is not published: install the tarball";
    if (["start", "test", "ci", "install"].includes(verb)) return undefined;
    const scripts = [...scriptsAt("."), ...scriptsAt(dirname(page))];
    if (verb !== "run" || !scripts.includes(name)) return `package.json has no ${verb} ${name}`;
    return name === "admin" ? ofHelp([at("worker/admin/admin.mjs")], rest.slice(1)) : undefined;
  },
  npx([program, ...words]) {
    if (program === "firebase-tools") return undefined;
    if (program === "edgeseal") return ofHelp(words[0]?.startsWith("-") ? [BIN] : [BIN, words[0]], words);
    return program === "wrangler" ? ofWrangler(words) : `npx ${program} is not known`;
  },
  node(words) {
    if (words[0] === "-p") return words.length === 2 ? undefined : "is no single expression";
    const file = words.find((word) => word !== "--test");
    return existsSync(at(file)) ? undefined : `there is no ${file}`;
  },
  cargo: ([verb]) => (verb === "test" ? undefined : "is no command that pages need"),
  curl(words) {
    const unknown = flagsOf(words).filter(
      (flag) => !/^-[fsSLiI]+$|^--(?:fail|silent|location|head|include)$/.test(flag),
    );
    const urls = words.filter((word) => !word.startsWith("-"));
    return unknown.length > 0 || urls.length !== 1 || !URL.canParse(urls[0]) ? "is no plain request" : undefined;
  },
  openssl: (words) => (words.join(" ") === "rand -base64 32" ? undefined : "is not how we make secrets"),
  uvicorn: ([app]) => (app === "main:app" ? undefined : "is not how the upstream starts"),
  export: () => undefined,
  ...Object.fromEntries(EXPORTERS.map((name) => [name, () => undefined])),
};

/** Checks a call to one of our own programs: its help must list the command, if there is one, and each flag. */
function ofHelp(program, [command, ...words]) {
  if (command === undefined) return undefined;
  const { status, stdout } = spawnSync("node", [...program, "--help"], { env: environment, encoding: "utf8" });
  const named = command.startsWith("-") || new RegExp(`(?:^  |edgeseal )${command} `, "m").test(stdout);
  if (status !== 0 || !named) return `there is no command ${command}`;
  const lacking = flagsOf([command, ...words]).filter(
    (flag) => flag !== "--help" && !new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(stdout),
  );
  return lacking.length > 0 ? `there is no ${lacking}` : undefined;
}

/** Checks a wrangler command, its flags, and its number of arguments against wrangler's own table. */
function ofWrangler(words) {
  const { registry, globalFlags } = wrangler.experimental_getWranglerCommands();
  let node = registry;
  let depth = 0;
  while (node.subtree.has(words[depth])) node = node.subtree.get(words[depth++]);
  if (node.definition?.type !== "command") return `wrangler has no ${words.slice(0, depth + 1).join(" ")}`;
  const { args = {}, positionalArgs = [] } = node.definition;
  const flags = new Map();
  for (const [name, { type, alias = [] }] of Object.entries({ ...globalFlags, ...args }))
    for (const one of [name, alias].flat()) flags.set(one, type);
  let given = 0;
  for (let i = depth; i < words.length; i++) {
    const [, flag, value] = /^--?([^=]+)(=.*)?$/.exec(words[i]) ?? [];
    if (flag === undefined) given++;
    else if (!flags.has(flag)) return `${words.slice(0, depth).join(" ")} has no --${flag}`;
    else if (flags.get(flag) !== "boolean" && value === undefined && words[++i] === undefined)
      return `${flag} of what?`;
  }
  const needed = positionalArgs.filter((name) => args[name].demandOption).length;
  const most = positionalArgs.some((name) => args[name].array) ? Infinity : positionalArgs.length;
  return given < needed || given > most ? `${words.slice(0, depth).join(" ")} takes ${positionalArgs}` : undefined;
}

/** Finds problems with a page's commands, in code blocks and in inline code that begins like a command. */
function problemsOf({ path, fences, spans }) {
  const blocks = fences.filter(({ language }) => language === "sh");
  const inSentences = spans.filter(({ code }) => /^(?:npm run |npx (?:wrangler|edgeseal) )\S/.test(code));
  return [...blocks, ...inSentences].flatMap(({ line, code }) => {
    const { stderr } = spawnSync("sh", ["-n"], { input: code, encoding: "utf8" });
    const found = commandsOf(code).flatMap(([program, ...words]) => {
      // Skip commands with a placeholder for the reader's own value.
      if (words.some((word) => /[…]/.test(word))) return [];
      const known = programs[basename(program)];
      const problem = known ? known(words, path) : "is a program that no test knows";
      return problem ? [`${[program, ...words].join(" ")}: ${problem}`] : [];
    });
    return (stderr ? [stderr, ...found] : found).map((text) => `${path}:${line}: ${text}`);
  });
}

test("every command of the pages is valid", () => {
  const pages = pagePaths().map(readPage);
  assert.ok(pages.flatMap(({ fences }) => fences).filter(({ language }) => language === "sh").length > 10);
  assert.deepEqual(pages.flatMap(problemsOf), []);
});

test("commands are parsed as in a shell", () => {
  const lines = `A=1 npm run build && npx wrangler deploy --env production   # npm run nothing
openssl rand -base64 32 | npx wrangler secret put AUTH_SECRET \\
  --env production > /dev/null
export B=$(npx edgeseal secret); curl "https://a.example/x?a=1" -fsS`;
  assert.deepEqual(commandsOf(lines), [
    ["npm", "run", "build"],
    ["npx", "wrangler", "deploy", "--env", "production"],
    ["openssl", "rand", "-base64", "32"],
    ["npx", "wrangler", "secret", "put", "AUTH_SECRET", "--env", "production"],
    ["export"],
    ["npx", "edgeseal", "secret"],
    ["curl", "https://a.example/x?a=1", "-fsS"],
  ]);
});

test("invalid commands are found", () => {
  const page = parsePage(
    "docs/wrong.md",
    `\`npm run
nothing\` and \`npx wrangler deploy --dryrun\`
\`\`\`sh
npm install edgeseal@latest
npm run admin -- make-user ann@example.org
npm run admin -- stats --locally
npx wrangler d1 migration apply DB
npx wrangler d1 migrations apply --remote
npx wrangler login now
npx wrangler secret put AUTH_SECRET --env
npx edgeseal sign --for-ever
node scripts/nothing.mjs
curl -X POST https://app.example.org
wget https://app.example.org
openssl rand -hex 8 | (
\`\`\`
`,
  );
  const found = problemsOf(page);
  assert.deepEqual(
    found.map((text) => text.replace(/^docs\/wrong\.md:\d+: /, "").split(":")[0]),
    [
      "sh",
      "npm install edgeseal@latest",
      "npm run admin -- make-user ann@example.org",
      "npm run admin -- stats --locally",
      "npx wrangler d1 migration apply DB",
      "npx wrangler d1 migrations apply --remote",
      "npx wrangler login now",
      "npx wrangler secret put AUTH_SECRET --env",
      "npx edgeseal sign --for-ever",
      "node scripts/nothing.mjs",
      "curl -X POST https",
      "wget https",
      "openssl rand -hex 8",
      "(",
      "npm run nothing",
      "npx wrangler deploy --dryrun",
    ],
  );
});

test("the TOML of the pages is valid", () => {
  const folder = temporaryFolder("toml");
  const config = join(folder, "wrangler.toml");
  const reads = (code) => {
    writeFileSync(config, code);
    return Object.keys(wrangler.experimental_readRawConfig({ config }).rawConfig);
  };
  const blocks = pagePaths().flatMap((path) => readPage(path).fences.filter(({ language }) => language === "toml"));
  assert.ok(blocks.length > 0);
  for (const { path, line, code } of blocks) assert.ok(reads(code).length > 0, `${path}:${line}`);
  assert.throws(() => reads('ROUTES = [{ path = "/a }]'));
});
