// Reads the cases from a corpus file. The file's first line, `_meta`, contains the secret, time, issuer and audience; a
// row may override any of these. Each row contains a token, or a recipe for a token that is too long to write down.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const HEADER = '{"alg":"HS256","typ":"JWT"}';
const STRENGTHS = ["must", "should", "choice"];
/** Fields that are only for human readers: names, sources and advice. */
const PROSE = ["id", "group", "name", "class", "source", "note", "assert_", "strength", "expected"];
const SETTINGS = ["secret_utf8", "secret_hex", "now", "iss", "aud", "typ", "alg", "clock_tolerance_s", "max_bytes"];
const READ = new Set([...PROSE, ...SETTINGS, "required", "token", "token_recipe"]);

/**
 * Returns a file's cases as plain JSON. Each has a `token`, a `secret` (bytes in hexadecimal) and a verifier's options
 * under their JavaScript names. `unread` lists the rows' unknown fields.
 */
export function load(path) {
  const [first, ...rows] = readFileSync(path, "utf8")
    .split("\n")
    .map((line, index) => ({ line, where: `${path}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, where }) => ({ row: parse(line, where), where }));
  const meta = first?.row._meta;
  if (!meta) throw new Error(`${path}: the first line is not { "_meta": … }`);
  const cases = rows.map(({ row, where }) => expand(row, meta, where));
  const unread = new Set(rows.flatMap(({ row }) => Object.keys(row).filter((name) => !READ.has(name))));
  return { cases, unread: [...unread] };
}

function parse(line, where) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${where}: not a line of JSON`);
  }
}

function expand(row, meta, where) {
  const { id, group, name, strength, expected } = row;
  if (!STRENGTHS.includes(strength)) throw new Error(`${where}: strength must be one of ${STRENGTHS.join(", ")}`);
  if (expected !== "accept" && expected !== "reject") throw new Error(`${where}: expected must be accept or reject`);
  if ((typeof row.token === "string") === (typeof row.token_recipe === "object"))
    throw new Error(`${where}: a row has either a token (text) or a token_recipe`);
  const setting = (name) => (row[name] === undefined ? meta[name] : row[name]);
  return {
    id,
    group,
    name,
    strength,
    expected,
    token: row.token ?? cook(row.token_recipe, meta, where),
    secret: secretOf(row, meta).toString("hex"),
    issuer: setting("iss") ?? undefined,
    audience: setting("aud") ?? undefined,
    // `typ` is an option only in rows. In `_meta`, it is only a remark, "JWT or absent", because that is a verifier's
    // default.
    typ: row.typ,
    algorithm: setting("alg") ?? "HS256",
    now: setting("now"),
    clockTolerance: setting("clock_tolerance_s") ?? 0,
    maxTokenLength: setting("max_bytes") ?? 8192,
    // A claim with a "?", such as "iat?", may be absent; other options already require exp, iss and aud.
    requiredClaims: (setting("required") ?? []).filter((name) => !name.endsWith("?")),
  };
}

function secretOf(row, meta) {
  const own = row.secret_hex !== undefined || row.secret_utf8 !== undefined ? row : meta;
  return own.secret_hex !== undefined ? Buffer.from(own.secret_hex, "hex") : Buffer.from(own.secret_utf8, "utf8");
}

/** Each function returns the text of members to add to valid claims, or, with `part: "header"`, to a valid header. */
const MEMBERS = {
  nest: ({ open, close, depth }) => `"x":${open.repeat(depth)}${open.endsWith(":") ? "1" : ""}${close.repeat(depth)}`,
  pad_claim: ({ bytes, text = "x" }) => `"pad":"${text.repeat(bytes / Buffer.byteLength(text))}"`,
  many_claims: ({ count, prefix = "k" }) =>
    Array.from({ length: count }, (_, index) => `"${prefix}${index}":0`).join(","),
  big_number: ({ digits, name = "n" }) => `"${name}":${"9".repeat(digits)}`,
};

function cook(recipe, meta, where) {
  if (recipe.op === "repeat") return recipe.char.repeat(recipe.bytes);
  if (!Object.hasOwn(MEMBERS, recipe.op)) {
    const known = ["repeat", ...Object.keys(MEMBERS)].join(", ");
    throw new Error(`${where}: unknown recipe "${recipe.op}"; known ones are ${known}`);
  }
  const { iss, aud, now } = meta;
  const claims = JSON.stringify({ iss, aud, sub: "user_01", iat: now - 60, exp: now + 840 });
  const added = (object) => `${object.slice(0, -1)},${MEMBERS[recipe.op](recipe)}}`;
  const parts = recipe.part === "header" ? [added(HEADER), claims] : [HEADER, added(claims)];
  const signed = parts.map((part) => Buffer.from(part).toString("base64url")).join(".");
  // A dummy signature, as on a token that anybody could send, so only the checks that precede the HMAC run.
  const signature = recipe.sign === false ? "A".repeat(43) : sign(signed, secretOf({}, meta));
  return `${signed}.${signature}`;
}

const sign = (text, secret) => createHmac("sha256", secret).update(text).digest("base64url");
