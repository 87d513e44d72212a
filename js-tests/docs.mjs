// Parses the headings, links and code in this repository's Markdown pages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../scripts/run.mjs";

/** Folders that the setup creates. The pages in them aren't ours. */
const NOT_OURS = new Set(["node_modules", "pkg", "target", "artifacts", "build"]);

/** The paths of all Markdown pages in the repository. */
export function pagePaths(folder = "") {
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || NOT_OURS.has(entry.name)) return [];
    if (entry.isDirectory()) return pagePaths(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const FENCE = /^( *)```(\w*) ?(.*)\n([^]*?)^\1```$/gm;
const blank = (text) => text.replace(/[^\n]/g, " ");
const lineAt = (text, index) => text.slice(0, index).split("\n").length;

/** Parses a page. Line numbers start at 1. */
export function parsePage(path, text) {
  const fences = [...text.matchAll(FENCE)].map(({ 1: indent, 2: language, 3: info, 4: code, index }) => ({
    ...{ path, language, info, line: lineAt(text, index) + 1 },
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
  const prose = text.replaceAll(FENCE, blank);
  const spans = [...prose.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(({ 1: code, index }) => ({
    ...{ path, line: lineAt(text, index) },
    code: code.replaceAll(/\s+/g, " "),
  }));
  const unquoted = prose.replaceAll(/(?<!`)`[^`]+`(?!`)/g, blank);
  const links = [
    ...unquoted.matchAll(/\]\(\s*<?([^\s()<>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...unquoted.matchAll(/(?:href|src|srcset)="([^"]+)"/g),
  ].map(({ 1: target, index }) => ({ path, line: lineAt(text, index), target }));
  return { path, text, prose, fences, spans, links, anchors: anchorsOf(prose) };
}

export const readPage = (path) => parsePage(path, readFileSync(at(path), "utf8"));

/** The fragments that links to a page may use: the anchors that GitHub generates for its headings. */
function anchorsOf(prose) {
  const seen = new Map();
  const headings = [...prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set([...headings, ...[...prose.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id)]);
}

/** Splits each command in shell code into words. Leaves out comments, assignments, redirections and substitutions. */
export function commandsOf(code) {
  return code
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const commands = [[]];
      for (const [word] of line.matchAll(/#.*|'[^']*'|"[^"]*"|\w+=\$\(|\$\(|\)|&&|\|\||[|;]|[<>]+\s*\S+|[^\s|;)]+/g)) {
        if (word.startsWith("#")) break;
        const command = commands.at(-1);
        if (/^(?:(?:\w+=)?\$\(|\)|&&|\|\||[|;])$/.test(word)) commands.push([]);
        else if (!/^[<>]/.test(word) && !(command.length === 0 && /^\w+=/.test(word)))
          command.push(word.replaceAll(/^['"]|['"]$/g, ""));
      }
      return commands.filter((command) => command.length > 0);
    });
}
