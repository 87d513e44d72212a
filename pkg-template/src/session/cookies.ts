import { percentDecoded } from "../percent.js";

/** The maximum number of values to read for one name. A limit is needed because each value must be verified. */
const MAX_VALUES = 16;

/**
 * Returns a cookie's distinct values in a `Cookie` header (RFC 6265 §5.4). A name can appear several times if the
 * cookie's domain was changed, or if another host on the same site also sets the cookie. The caller must find out which
 * value is genuine.
 */
export function readCookies(header: string, name: string): string[] {
  const found: string[] = [];
  for (const pair of header.split(";")) {
    const split = pair.indexOf("=");
    if (split < 0 || pair.slice(0, split).trim() !== name) continue;
    const value = pair.slice(split + 1).trim();
    if (value !== "" && !found.includes(value) && found.length < MAX_VALUES) found.push(value);
  }
  return found;
}

/**
 * Better Auth splits values into chunks of about 4050 bytes, because browsers don't accept cookies of more than 4096
 * bytes.
 */
const MAX_CHUNKS = 10;

/**
 * Same as {@link readCookies}, but also reads a value that Better Auth has split into `name.0`, `name.1`, … because it
 * was too long for one cookie.
 */
export function readChunkedCookies(header: string, name: string): string[] {
  const found = readCookies(header, name);
  const chunks: string[][] = [];
  for (let i = 0; i <= MAX_CHUNKS; i++) {
    const values = readCookies(header, `${name}.${i}`);
    if (values.length === 0) break;
    chunks.push(values);
  }
  // Browsers send cookies with the same domain and path in the order in which they were set, so chunks in the same
  // position belong together.
  const most = Math.max(0, ...chunks.map((values) => values.length));
  for (let nth = 0; nth < most; nth++) {
    found.push(chunks.map((values) => values[Math.min(nth, values.length - 1)]).join(""));
  }
  return found;
}

/**
 * Applies later changes to a `Cookie` header. `jar` contains the current cookies with their decoded values; the value
 * of a removed cookie is empty. Cookies that did not change are kept exactly as they arrived, even if a name appears
 * several times.
 */
export function withChanges(header: string, jar: readonly { name: string; value: string }[]): string {
  const pairs = header.split(";").map((pair) => pair.trim());
  const sent = new Map<string, Set<string>>();
  for (const [name, value] of pairs.map(pairOf)) sent.set(name, (sent.get(name) ?? new Set()).add(cookieValue(value)));
  const changed = new Map(
    jar.filter(({ name, value }) => !sent.get(name)?.has(value)).map(({ name, value }) => [name, value]),
  );
  if (changed.size === 0) return header;
  const kept = pairs.filter((pair) => pair !== "" && !changed.has(pairOf(pair)[0]));
  const fresh = [...changed].filter(([, value]) => value !== "");
  return [...kept, ...fresh.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)].join("; ");
}

/** Decodes a cookie's value as Next.js does. A malformed value is returned unchanged. */
export const cookieValue = (value: string): string => percentDecoded(value) ?? value;

/** A parsed `Set-Cookie` value (RFC 6265 §4.1). */
export interface SetCookie {
  name: string;
  value: string;
  /** The attributes, keyed by lower-case name. If an attribute doesn't have a value, its value here is `""`. */
  attributes: ReadonlyMap<string, string>;
}

/** Parses a `Set-Cookie` value. Returns `undefined` if there is no name. */
export function parseSetCookie(text: string): SetCookie | undefined {
  const [first = "", ...rest] = text.split(";");
  const [name, value] = pairOf(first);
  if (name === "") return undefined;
  return { name, value, attributes: new Map(rest.map(pairOf).map(([key, own]) => [key.toLowerCase(), own])) };
}

/**
 * Returns whether this `Set-Cookie` removes the cookie (RFC 6265 §5.3), either with `Max-Age` or, if that is missing,
 * with an `Expires` in the past.
 */
export function removes({ value, attributes }: SetCookie): boolean {
  const [age, expires] = [attributes.get("max-age"), attributes.get("expires")];
  const over = age === undefined ? expires !== undefined && Date.parse(expires) <= Date.now() : Number(age) <= 0;
  return value === "" || over;
}

function pairOf(text: string): [name: string, value: string] {
  const split = text.indexOf("=");
  return split < 0 ? [text.trim(), ""] : [text.slice(0, split).trim(), text.slice(split + 1).trim()];
}
