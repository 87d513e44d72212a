// Runs the commands and the SQL of the pages in docs/guide/migrate that import users.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, environment } from "../../scripts/run.mjs";
import { readPage } from "../docs.mjs";
import { BIN } from "../package/cli.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const rows = readFileSync(at("contracts/passwords.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
export const made = (name) => rows.find((row) => row.name === name);

const pageOf = (name) => readPage(`docs/guide/migrate/${name}.md`);
export const commandsOn = (name) =>
  pageOf(name)
    .fences.filter(({ language }) => language === "sh")
    .map(({ code }) => code)
    .join("");
export const tried = new Set();
/** Returns the SQL block on the page that begins with this file's name. */
export function sqlOn(name, file) {
  tried.add(`docs/guide/migrate/${name}.md ${file}`);
  return pageOf(name).fences.find(({ code }) => code.startsWith(`/* ${file} */\n`)).code;
}

/** Runs the page's matching commands in a shell, in a folder. */
export function shell(folder, page, wanted) {
  const code = commandsOn(page).replaceAll(/\\\n\s*/g, " ");
  const commands = code.split("\n").filter((line) => wanted.test(line));
  assert.ok(commands.length > 0);
  const program = commands.join("\n").replaceAll("npx edgeseal", `"${process.execPath}" "${BIN}"`);
  const PATH = `${at(".venv/bin")}:${environment.PATH}`;
  execFileSync("sh", ["-e", "-c", program], { cwd: folder, env: { ...environment, PATH }, stdio: "pipe" });
}

export const signIn = async (at, email, password) =>
  (await at.post("/api/auth/sign-in/email", { email, password })).status;

export const lines = (...users) => users.map((user) => `${JSON.stringify(user)}\n`).join("");

/** Returns functions that import users into this Worker's database and look at the result. */
export function importInto(worker) {
  /** Runs statements one by one, and returns the rows of the last one. */
  async function inD1(statements) {
    let results;
    for (const statement of statements.replaceAll(/^(?:--.*|\/\*.*\*\/)$/gm, "").split(/;\n/)) {
      if (statement.trim()) ({ results } = await worker.database.prepare(statement).run());
    }
    return results;
  }

  /** Converts and imports an export with a page's commands and SQL. Returns who was left out. */
  async function imported(page, files, wanted = /^npx edgeseal convert|^node /) {
    const folder = temporaryFolder(page);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    if (wanted) shell(folder, page, wanted);
    await inD1(readFileSync(join(folder, "users.sql"), "utf8"));
    await inD1(sqlOn(page, "view.sql"));
    await inD1(sqlOn("users", "import.sql"));
    const rest = await inD1(sqlOn("users", "rest.sql"));
    // A second run changes nothing.
    const before = await everything();
    await inD1(sqlOn("users", "import.sql"));
    assert.deepEqual(await everything(), before);
    await inD1(sqlOn("users", "clean-up.sql"));
    return rest;
  }

  const TABLES = ["user", "account", "edgeseal_user"];
  const everything = () => Promise.all(TABLES.map((name) => inD1(`SELECT * FROM "${name}" ORDER BY 1`)));

  const stored = (email) => worker.database.prepare('SELECT * FROM "user" WHERE "email" = ?1').bind(email).first();

  return { inD1, imported, everything, stored };
}
