/**
 * The value of a cookie in a `Cookie` header (RFC 6265 §5.4). A name that stands twice with two values counts as
 * absent: which one is genuine can't be told, as a sub-domain can set one too.
 */
export function readCookie(header: string, name: string): string | undefined {
  let found: string | undefined;
  for (const pair of header.split(";")) {
    const split = pair.indexOf("=");
    if (split < 0 || pair.slice(0, split).trim() !== name) continue;
    const value = pair.slice(split + 1).trim();
    if (value === "") continue;
    if (found !== undefined && found !== value) return undefined;
    found = value;
  }
  return found;
}

/** Of Better Auth's own limit of some 4050 bytes each; browsers take no more than 4096. */
const MAX_CHUNKS = 10;

/** The same for a value that Better Auth may have cut into `name.0`, `name.1`, … as one cookie was too small. */
export function readChunkedCookie(header: string, name: string): string | undefined {
  const whole = readCookie(header, name);
  if (whole !== undefined) return whole;
  let value = "";
  for (let i = 0; i <= MAX_CHUNKS; i++) {
    const chunk = readCookie(header, `${name}.${i}`);
    if (chunk === undefined) break;
    value += chunk;
  }
  return value === "" ? undefined : value;
}

/** A `Set-Cookie` value (RFC 6265 §4.1), taken apart. */
export interface SetCookie {
  name: string;
  value: string;
  /** By lower-case name; `""` for those without a value. */
  attributes: ReadonlyMap<string, string>;
}

/** Reads a `Set-Cookie` value; `undefined` where it has no name. */
export function parseSetCookie(text: string): SetCookie | undefined {
  const [first = "", ...rest] = text.split(";");
  const [name, value] = pairOf(first);
  if (name === "") return undefined;
  return { name, value, attributes: new Map(rest.map(pairOf).map(([key, of]) => [key.toLowerCase(), of])) };
}

/** Whether this `Set-Cookie` removes its cookie (RFC 6265 §5.3: `Max-Age` before `Expires`, a time that is over). */
export function removes({ value, attributes }: SetCookie): boolean {
  const [age, expires] = [attributes.get("max-age"), attributes.get("expires")];
  const over = age === undefined ? expires !== undefined && Date.parse(expires) <= Date.now() : Number(age) <= 0;
  return value === "" || over;
}

function pairOf(text: string): [name: string, value: string] {
  const split = text.indexOf("=");
  return split < 0 ? [text.trim(), ""] : [text.slice(0, split).trim(), text.slice(split + 1).trim()];
}
