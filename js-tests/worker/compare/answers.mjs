// Describes responses, so that the responses of two servers can be compared. Values that change from run to run are
// replaced with a description (whose id it is, how far a time is from now, which claims a token contains); everything
// else stays unchanged.
import { createHmac } from "node:crypto";
import { SECRET } from "../local-worker.mjs";

const HEADERS = [
  "content-type",
  "location",
  "set-auth-jwt",
  "set-auth-token",
  "cache-control",
  "pragma",
  "vary",
  "allow",
  "retry-after",
  "x-retry-after",
  "www-authenticate",
  "x-content-type-options",
  "x-request-id",
  "referrer-policy",
  "strict-transport-security",
  "content-security-policy",
];

/** The ids found in a server's responses so far: user ids, with the users' e-mail addresses, and other ids. */
export class Memory {
  #emails = new Map();
  #seen = new Map();
  #step = 0;

  begin() {
    this.#step += 1;
  }

  /** Learns users' ids from objects that contain an id and an e-mail address. */
  learn(value) {
    if (typeof value !== "object" || value === null) return;
    const { email, sub } = value;
    const id = value.id ?? sub;
    if (typeof email === "string" && typeof id === "string") this.#emails.set(id, email);
    for (const member of Object.values(value)) this.learn(member);
  }

  /** Returns the description of a random id. */
  name(id) {
    if (this.#emails.has(id)) return `<id of ${this.#emails.get(id)}>`;
    if (!this.#seen.has(id)) this.#seen.set(id, this.#step);
    return this.#seen.get(id) === this.#step ? "<new id>" : "<id seen before>";
  }
}

/** `now` is the server's time in milliseconds. */
export function describe({ status, headers, text }, memory, now) {
  memory.begin();
  const body = parse(text);
  const cookies = {};
  // If several cookies have the same name, a browser keeps the last one.
  for (const [name, line] of headers) if (name === "set-cookie") Object.assign(cookies, cookie(line));
  joinChunks(cookies);
  const shown = Object.fromEntries(headers.filter(([name]) => HEADERS.includes(name)));
  for (const [name, value] of headers) if (name.startsWith("access-control-")) shown[name] = value;
  const token = shown["set-auth-token"];
  if (token) shown["set-auth-token"] = decodeURIComponent(token);
  const raw = { status, headers: decoded(shown), cookies: decoded(cookies), body: decoded(body) };
  memory.learn(raw);
  return plain(raw, memory, now);
}

/** Describes a value returned by the client, in the format that is used for responses. */
export function describeValue(value, memory, now) {
  memory.begin();
  memory.learn(value);
  return plain(value, memory, now);
}

function parse(text) {
  if (text === "") return "<empty>";
  try {
    return JSON.parse(text);
  } catch {
    return "<no JSON>";
  }
}

function cookie(line) {
  const [pair, ...attributes] = line.split("; ");
  const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
  const rest = attributes.sort().join("; ");
  return { [name]: { value: value === "" ? "<empty>" : decodeURIComponent(value), attributes: rest } };
}

/** Joins values that are split across several cookies. */
function joinChunks(cookies) {
  for (const first of Object.keys(cookies).filter((name) => name.endsWith(".0"))) {
    const name = first.slice(0, -2);
    const chunks = Object.keys(cookies).filter((one) => one.startsWith(`${name}.`));
    const value = chunks.map((one) => cookies[one].value).join("");
    if (value.startsWith("<empty>")) continue;
    for (const one of chunks) cookies[one] = { ...cookies[one], value: "<chunk>" };
    cookies[`${name} joined`] = { value };
  }
}

const JWT = /^(eyJ[\w-]+)\.([\w-]+)\.([\w-]+)(\.[\w+/=-]+)?$/;

/** Replaces each token with its header, its claims, and whether it is signed with the secret itself. */
function decoded(value) {
  if (typeof value === "string") {
    const [, header, claims, signature, sealed] = JWT.exec(value) ?? [];
    if (!header) return value;
    const [head, body] = [header, claims].map((part) => JSON.parse(Buffer.from(part, "base64url")));
    // Round the lifetime, because the token may be created a second after the session data.
    if (body.exp) body.exp = `<iat and ${Math.ceil((body.exp - body.iat) / 15) * 15} s>`;
    const bySecret = createHmac("sha256", SECRET).update(`${header}.${claims}`).digest("base64url") === signature;
    return { header: head, claims: decoded(body), bySecret, ...(sealed && { sealed: true }) };
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decoded);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decoded(member)]));
}

function plain(value, memory, now, name = "") {
  if (value instanceof Date) return { Date: moment(value - now) };
  if (Array.isArray(value)) return value.map((member) => plain(member, memory, now, name));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, member]) => [key, plain(member, memory, now, key)]);
    const described = Object.fromEntries(entries);
    if (value.token !== undefined && value.token === value.id) described.token = "<the id>";
    return described;
  }
  if (typeof value === "number") {
    if (name === "iat" || name === "auth_time") return moment(value * 1000 - now);
    if (name === "updatedAt") return `${moment(value - now)} in ms`;
    return value;
  }
  if (typeof value !== "string") return value;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return moment(Date.parse(value) - now);
  if (/^[A-Za-z0-9]{32}$/.test(value)) return memory.name(value);
  if (/^[A-Za-z0-9]{32}\.[A-Za-z0-9+/]{43}=$/.test(value)) return "<signed session token>";
  if (/^true\.[A-Za-z0-9+/]{43}=$/.test(value)) return "<signed true>";
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return "<UUID>";
  return withoutTokens(value).replace(/Max-Age=(\d+)/, (_, seconds) => `Max-Age=${Math.round(seconds / 60) * 60}`);
}

/** Returns the URL of a link, without its token. */
export const withoutTokens = (url) => url.replace(/([?&]token=|\/reset-password\/)[^&#?]{20,}/, "$1<token>");

/** Describes a time relative to now, rounded to tenths of a day, because a run takes several minutes. */
function moment(milliseconds) {
  const days = Math.round(milliseconds / 8_640_000) / 10;
  if (days === 0) return "<now>";
  return days > 0 ? `<in ${days} days>` : `<${-days} days ago>`;
}

/** Returns the differences between two described responses. `at` is the path so far; `undefined` means absent. */
export function differences(betterAuth, worker, at = "") {
  const both = [betterAuth, worker];
  if (both.every((value) => typeof value === "object" && value !== null)) {
    const names = new Set(both.flatMap((value) => Object.keys(value)));
    return [...names].flatMap((name) =>
      differences(betterAuth[name], worker[name], at === "" ? name : `${at}.${name}`),
    );
  }
  return Object.is(betterAuth, worker) ? [] : [{ at, betterAuth, worker }];
}
