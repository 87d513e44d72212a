// Functions that make steps, and the users and values that steps share.
import { linked, ORIGIN, tokenIn, TRUSTED } from "../sides.mjs";

export { ORIGIN, TRUSTED };

export const BASE = "/api/auth";
export const ANN = { name: "Ann", email: "Ann@Example.com", password: "correct horse" };
export const BOB = { name: "Bob", email: "bob@example.com", password: "battery staple" };

/** A request made through the official client, in the browser with the given name. */
export const client = (name, browser, call) => ({ name, browser, call });

/** A request that doesn't come from a browser, and is sent exactly as given, without added cookies or an origin. */
export const bare = (name, request) => ({ name, request });

/** A custom request from a browser, with the browser's cookies and its page's origin. */
export const raw = (name, browser, request) => ({ name, browser, request });

export const get = (path, headers = {}) => ({ method: "GET", path: BASE + path, headers });
export const post = (path, body, headers = {}) => ({
  method: "POST",
  path: BASE + path,
  headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
  body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
});

/** Waits for a message and gives it a name. The message's type, recipient and link are compared. */
export const mail = (name, link, type, to) => ({ name, mail: { name: link, type, to } });

/**
 * Browsers send these headers with requests from a page's scripts. Without them, the Worker shows a page with a button
 * in cases where Better Auth acts immediately.
 */
export const BY_SCRIPT = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" };

/**
 * Opens a message's link, in a browser if one is given. `callbackURL` replaces the one in the link; `null` removes it.
 */
export const open = (name, browser, link, callbackURL, headers = BY_SCRIPT) => {
  const request = async (world) => ({ path: linked(await world.link(link), callbackURL), headers });
  return browser ? raw(name, browser, request) : bare(name, request);
};

/** A POST request with the token from a message's link. */
export const postToken = (name, browser, path, link, more) => {
  const request = async (world) => post(path, { ...more, token: tokenIn(await world.link(link)) });
  return browser ? raw(name, browser, request) : bare(name, request);
};

/** Makes every attempt to send a message fail during the step. */
export const broken = (step) => ({ ...step, broken: true });

/** Compares whether the response is delayed on purpose. */
export const timed = (step) => ({ ...step, timed: true });

/** Runs the step this many hours after the start of the run. */
export const later = (hours, step) => ({ ...step, later: hours });

export const without = (object, ...members) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !members.includes(name)));

export const UP = "/sign-up/email";
export const IN = "/sign-in/email";
export const CAROL = { name: "Carol", email: "carol@example.com", password: "long enough" };
export const NEW = { name: "New", email: "new@example.com", password: "long enough" };
export const NOBODY = { email: "nobody@example.com", password: "long enough" };

/** Steps that send a member with the wrong type. */
export const wrongTypes = (path, body, member, browser) =>
  [null, 5, member.startsWith("re") ? "true" : true, [], {}].map((value) => {
    const request = post(path, { ...body, [member]: value });
    const name = `${path}: ${member} is ${JSON.stringify(value)}`;
    return browser ? raw(name, browser, request) : bare(name, request);
  });

/** Steps that send bodies that are not objects, or media types other than JSON. */
export const wrongBodies = (path, body, browser) => {
  const step = (name, request) =>
    browser ? raw(`${path}: ${name}`, browser, request) : bare(`${path}: ${name}`, request);
  const json = JSON.stringify(body);
  return [
    step("no body and no type", post(path)),
    step("an empty body", post(path, "")),
    step("broken JSON", post(path, "{")),
    step("JSON cut short", post(path, json.slice(0, -2))),
    step("null", post(path, "null")),
    step("an array", post(path, "[]")),
    step("a number", post(path, "5")),
    step("a string", post(path, '"text"')),
    step("an empty object", post(path, {})),
    step("text/plain", post(path, json, { "content-type": "text/plain" })),
    step("an empty media type", post(path, json, { "content-type": "" })),
    step("no media type", { ...post(path, json), headers: {} }),
    step("multipart", post(path, "--x\r\n\r\n--x--", { "content-type": "multipart/form-data; boundary=x" })),
    step("application/jsonx", post(path, json, { "content-type": "application/jsonx" })),
    step("problem+json", post(path, json, { "content-type": "application/problem+json" })),
  ];
};

/** Redirect URLs. */
export const CALLBACKS = {
  /** URLs that Better Auth accepts, but that a browser or router may resolve to another origin. */
  read: ["/ho me", "/..//there", "/%2e%2e//there", "/a/..//there", "/%09/there", `${TRUSTED}/%2f`, `${TRUSTED}//there`],
  refused: [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    `${ORIGIN}.evil.example/`,
    "http://localhost:3001/",
    "home",
    "/%5cevil.example",
    "/%2f/evil.example",
    "/%2F/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/home\\evil",
    `${ORIGIN}@evil.example/`,
    `${TRUSTED}@evil.example/`,
    `${TRUSTED}.evil.example/`,
    `${TRUSTED}:8443/`,
    "http://app.example/",
    "https:evil.example",
    "HTTPS://EVIL.EXAMPLE/",
    "data:text/html,x",
    "?x=1",
    "#there",
    "./home",
    "app.example/home",
  ],
  taken: [
    "/home",
    "/home?x=1&y=%20#there",
    `${ORIGIN}/home`,
    `${TRUSTED}/home`,
    "/",
    "/a%0d%0ab",
    "/home?next=/there",
    "/home?next=%2Fthere",
    "/@there",
    "/a:b",
    "/a/../b",
    "/a//b",
    "/日本",
    "/home#%5c",
    "/home?to=https://evil.example",
    ORIGIN,
    "HTTPS://APP.EXAMPLE/home",
    "",
  ],
};
