// Parses the requests in the attack rows: their methods, targets, placeholders and headers.
import { APP } from "./ask.mjs";
import { DATA, ME, SIGN_IN, SIGN_OUT, SIGN_UP } from "./people.mjs";
import { NotUnderstood } from "./rows.mjs";

const PLACES = {
  ME: () => ME,
  SIGN_UP: () => SIGN_UP,
  SIGN_IN: () => SIGN_IN,
  SIGN_OUT: () => SIGN_OUT,
  ITEMS: ({ a }) => a.tasks,
  "ITEM:A": async ({ a }) => `${a.tasks}/${await a.task()}`,
  "ITEM:B": async ({ a, b }) => `${a.tasks}/${await b.task()}`,
  C: () => DATA,
  "c lower": () => DATA.toLowerCase(),
  "C lower": () => DATA.toLowerCase(),
  "C upper": () => DATA.toUpperCase(),
  APP_ORIGIN: () => APP,
};

/** Fills in the placeholders in a text. `who.a` is user A; if the row is about two users, `who.b` is user B. */
export async function fill(text, who) {
  let filled = text;
  for (const [whole, name] of text.matchAll(/\{([A-Za-z][\w :]*)\}/g)) {
    const place = PLACES[name];
    if (!place) throw new NotUnderstood(whole);
    filled = filled.replace(whole, await place(who));
  }
  return filled;
}

/** The methods at the start of a request, such as "GET" or "OPTIONS/GET". */
export function methodsIn(text) {
  const found = /^\s*([A-Za-z][\w-]*(?:\/[A-Za-z][\w-]*)*)\s+(?=[{/])/.exec(text);
  if (!found) throw new NotUnderstood(text);
  return found[1].split("/");
}

/** A request's target, including the query, such as `{ME}?access_token=<A>`. */
export function targetIn(text) {
  const found = /(?:^|\s)(\{[^}]+\}\S*|\/\S*)/.exec(text);
  if (!found) throw new NotUnderstood(text);
  return found[1];
}

/** A request's headers, as name-value pairs. Text in parentheses at the end is a remark. */
export function headersIn(text) {
  const [, rest] = /(?:^|\s)([A-Za-z][\w-]*:(?:\s|$).*)$/s.exec(text.replace(/\s\([^)]*\)\s*$/, "")) ?? [];
  if (rest === undefined) return [];
  return rest.split(/\s(?=[A-Z][\w-]*: )/).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
  });
}
