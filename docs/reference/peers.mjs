// npm run peers: lists what our pages and comments say about other libraries, with the versions that each statement was
// checked against. `--check` fails if a lockfile has a different version, if a page no longer contains a listed
// statement, or if a page names a library that peers.json doesn't list for that page.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pagePaths } from "../../js-tests/docs.mjs";
import { at, stop } from "../../scripts/run.mjs";

const LIST = "docs/reference/peers.json";
/** The comments in each source file in these folders are checked like a page. */
const SOURCES = ["pkg-template/src", "src", "worker/src"];

const read = (path) => readFileSync(at(path), "utf8");
const { peers, statements, mentions } = JSON.parse(read(LIST));
const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
const stats = (path) => statSync(at(path), { throwIfNoEntry: false });
const brief = (says) => (says.length > 50 ? `${says.slice(0, 50)} …` : says);
const escaped = (text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const versions = Object.fromEntries(Object.keys(peers).map((name) => [name, versionsOf(name)]));

/** Returns a peer's locked version in each of its lockfiles. */
function versionsOf(name) {
  const { package: folder = name, lock = ["js-tests/package-lock.json"] } = peers[name];
  return lock.map((path) => {
    const text = read(path);
    if (path.endsWith(".json")) return [path, JSON.parse(text).packages[`node_modules/${folder}`]?.version];
    const line = path.endsWith(".txt") ? `^${escaped(folder)}==(\\S+)` : `^name = "${folder}"\nversion = "(.+)"`;
    return [path, new RegExp(line, "m").exec(text)?.[1]];
  });
}

/** Returns the text of a page, of a source file's comments, or of all files in a folder, with white space collapsed. */
function textOf(path) {
  if (stats(path).isDirectory())
    return readdirSync(at(path))
      .map((name) => textOf(join(path, name)))
      .join(" ");
  const text = read(path);
  const isSource = /\.(?:ts|rs)$/.test(path);
  const comments = isSource ? (text.match(/^\s*(?:\/\/|\/?\*).*/gm) ?? []).join("\n") : text;
  return comments.replaceAll(/^\s*(?:\/\/[/!]?|\*) ?/gm, "").replaceAll(/\s+/g, " ");
}

function* sourcePaths(folder) {
  for (const entry of readdirSync(at(folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcePaths(path);
    else if (/\.(?:ts|rs)$/.test(path)) yield path;
  }
}

function statementProblems({ page, says, of, by }) {
  const problems = [];
  if (!stats(page)) return [`${page} does not exist`];
  const wanted = says.replaceAll(/\{([^}]+)\}/g, (whole, name) => of[name] ?? whole);
  if (!textOf(page).includes(wanted)) problems.push(`${page} no longer says "${wanted}"`);
  const [, script] = /^npm run (\S+)/.exec(by) ?? [];
  if (script ? !scripts.includes(script) : by.includes("/") && !stats(by)) problems.push(`${page}: there is no ${by}`);
  for (const [name, checked] of Object.entries(of)) {
    for (const [lock, version] of versions[name] ?? [[LIST, "no peer of that name"]]) {
      if (version === checked) continue;
      problems.push(
        `${lock} has ${name} ${version}, but "${says}" in ${page} was checked at ${checked}: check by ${by}`,
      );
    }
  }
  return problems;
}

/** Returns a problem for each peer that the page names but peers.json doesn't list for that page. */
function unlisted(path) {
  const covers = (page) => path === page || path.startsWith(`${page}/`);
  const listed = new Set([
    ...statements.filter(({ page }) => covers(page)).flatMap(({ of }) => Object.keys(of)),
    ...Object.keys(mentions)
      .filter(covers)
      .flatMap((page) => mentions[page]),
  ]);
  const text = textOf(path);
  return Object.entries(peers)
    .filter(([name, { named = escaped(name) }]) => named && !listed.has(name) && new RegExp(named).test(text))
    .map(([name]) => `${path} names ${name}: list its statement in ${LIST}, or the name in "mentions"`);
}

if (process.argv.includes("--check")) {
  const pages = [...pagePaths(), ...SOURCES.flatMap((folder) => [...sourcePaths(folder)])];
  const problems = [...statements.flatMap(statementProblems), ...pages.flatMap(unlisted)];
  if (problems.length > 0) stop(problems.join("\n  "));
  console.log(`${LIST}: ${statements.length} statements about ${Object.keys(peers).length} libraries`);
} else {
  for (const { page, says, of, by } of statements) {
    const checked = Object.entries(of).map((pair) => pair.join(" "));
    console.log(`${page}: ${brief(says)}\n  ${checked.join(", ")}, by ${by}`);
  }
}
