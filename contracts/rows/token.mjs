// Helpers for writing our own rows: valid token parts to modify, and a list of rows.
import { createHmac } from "node:crypto";

export const SECRET = "0123456789abcdef0123456789abcdef";
export const NOW = 1_800_000_000;
export const ISS = "https://auth.example.test";
export const AUD = "https://api.example.test";
export const HEADER = '{"alg":"HS256","typ":"JWT"}';

/** `bytes` is text, a Buffer, or an array of both. */
export const b64 = (bytes) => Buffer.concat([bytes].flat().map((part) => Buffer.from(part))).toString("base64url");
export const mac = (text, secret = SECRET, hash = "sha256") =>
  createHmac(hash, secret).update(text).digest("base64url");
/** Signs parts that are already encoded, even if they are encoded incorrectly. */
export const seal = (header, payload, secret, hash) =>
  `${header}.${payload}.${mac(`${header}.${payload}`, secret, hash)}`;

/** Valid claims with changes (name -> JSON text); `undefined` omits a claim. */
export function claims(changes = {}) {
  const text = {
    iss: `"${ISS}"`,
    aud: `"${AUD}"`,
    sub: '"user_01"',
    iat: `${NOW - 60}`,
    exp: `${NOW + 840}`,
    ...changes,
  };
  const members = Object.entries(text).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}
/** Valid claims with raw text added before the closing brace. */
export const plus = (text) => `${claims().slice(0, -1)},${text}}`;
/** A valid header with raw text added before the closing brace. */
export const headerPlus = (text) => `${HEADER.slice(0, -1)},${text}}`;
export const token = (header = HEADER, payload = claims(), secret = SECRET, hash = "sha256") =>
  seal(b64(header), b64(payload), secret, hash);
export const withClaims = (changes) => token(HEADER, claims(changes));

/** The parts of the unmodified valid token. */
export const [VALID_HEADER, VALID_PAYLOAD, VALID_SIGNATURE] = token().split(".");

/** A name that is safe to print in terminals and pages. */
const visible = (name) =>
  name.replace(/[\p{C}\p{Z}]/gu, (letter) => (letter === " " ? letter : `\\u{${letter.codePointAt(0).toString(16)}}`));

/** Usage: `list(group).must.reject(class, source)(name, token or recipe, more fields)`. Ids are numbered per group. */
export function list(group) {
  const rows = [];
  const put =
    (strength, expected) =>
    (kind, source) =>
    (name, what, more = {}) => {
      const id = `es-${group}-${String(rows.length + 1).padStart(2, "0")}`;
      const content = typeof what === "string" ? { token: what } : { token_recipe: what };
      rows.push({ id, group, name: visible(name), strength, expected, class: kind, source, ...content, ...more });
    };
  const both = (strength) => ({ accept: put(strength, "accept"), reject: put(strength, "reject") });
  return { rows, must: both("must"), should: both("should"), choice: both("choice") };
}
