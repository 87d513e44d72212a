// Watches everything that the tests' browsers receive: checks cookies and security policies, and finds tokens that
// don't belong where they are.

/** The problems that were found. */
export const faults = [];
/** How often each kind of check has run. The tests fail if these counts show that the watcher hasn't seen anything. */
export const seen = { answers: 0, cookies: 0, documents: 0, bodies: 0 };
/** Responses that are still being checked. */
const work = [];

export const watched = () => Promise.all(work);

const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{8,})?/;
/** The only paths whose response bodies may contain the access token. */
const CARRIES_ACCESS = /\/api\/auth\/(?:sign-in\/email|sign-up\/email|change-password|token)$/;

/** The types of the tokens in e-mail links. Only the page that a link opens may contain the link's token. */
const LINKS = new Set([
  "reset-password+jwt",
  "verify-email+jwt",
  "confirm-email-change+jwt",
  "change-email+jwt",
  "delete-user+jwt",
]);
const CARRIES_LINK = /^\/(?:reset-password|api\/auth\/(?:reset-password\/.*|verify-email|delete-user\/callback))$/;

/** The cookies that this app may set, and the Max-Age values allowed for each of them. */
const COOKIES = {
  "better-auth.session_token": [604_800, 0, undefined],
  "better-auth.session_data": [900, 0, undefined],
  "edgeseal.device": [34_560_000],
};

export function watch(context) {
  context.on("response", (response) => {
    work.push(look(response).catch((cause) => closed(cause) || faults.push(`${response.url()}: ${cause.message}`)));
  });
  context.on("weberror", (error) => faults.push(`a page failed: ${error.error()}`));
  context.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
}

/** Whether an error comes from a response that was still loading when the browser closed. */
const closed = ({ message }) => /has been closed/.test(message);

async function look(response) {
  seen.answers += 1;
  const headers = await response.headersArray();
  const { pathname } = new URL(response.url());
  for (const { name, value } of headers) {
    if (name.toLowerCase() === "set-cookie") lookAtCookie(value, pathname);
    else if (name.toLowerCase() !== "set-auth-jwt" && TOKEN.test(value) && !isOfLink(TOKEN.exec(value)[0], pathname))
      faults.push(`${pathname}: a token in ${name}`);
  }
  const type = response.headers()["content-type"] ?? "";
  const document = type.startsWith("text/html");
  if (document) lookAtPolicy(response);
  // If the Worker is down, Next.js itself responds, in plain text and without this header.
  const own = pathname.startsWith("/api/") && response.status() >= 500;
  if (!own && response.headers()["x-content-type-options"] !== "nosniff") faults.push(`${pathname}: no nosniff`);
  if (!document && !/json|x-component|javascript/.test(type)) return;
  // Redirects don't have a body, and a body can't be read once the browser has left the page.
  const body = await response.text().catch(() => undefined);
  if (body === undefined) return;
  seen.bodies += 1;
  const tokens = body.match(new RegExp(TOKEN, "g")) ?? [];
  for (const token of tokens) {
    const typ = typeOf(token);
    if (typ === "JWT" && CARRIES_ACCESS.test(pathname)) continue;
    if (isOfLink(token, pathname)) continue;
    faults.push(`${pathname}: a token of type ${typ} in a body`);
  }
}

const typeOf = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url")).typ;
const isOfLink = (token, pathname) => LINKS.has(typeOf(token)) && CARRIES_LINK.test(pathname);

function lookAtPolicy(response) {
  seen.documents += 1;
  const path = new URL(response.url()).pathname;
  const policy = response.headers()["content-security-policy"] ?? "";
  const directives = Object.fromEntries(policy.split("; ").map((one) => one.split(/ (.*)/s)));
  const { "script-src": script = "", "style-src": style = "" } = directives;
  // The Worker's own pages don't contain scripts.
  if (path.startsWith("/api/auth/")) {
    if (directives["default-src"] !== "'none'" || script || !/^'sha256-[\w+/=]+'$/.test(style))
      faults.push(`${path}: ${policy}`);
    return;
  }
  if (!/^'nonce-[\w+/]{22}==' 'strict-dynamic'$/.test(script)) faults.push(`${path}: script-src is ${script}`);
  if (/unsafe/.test(script + style)) faults.push(`${path}: ${policy}`);
  const expected = {
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  for (const [name, value] of Object.entries(expected)) {
    if (directives[name] !== value) faults.push(`${path}: ${name} is ${directives[name]}`);
  }
  if (!/no-store/.test(response.headers()["cache-control"] ?? "")) faults.push(`${path}: may be stored`);
}

function lookAtCookie(header, path) {
  seen.cookies += 1;
  const [pair, ...rest] = header.split(/; */);
  const name = pair.slice(0, pair.indexOf("="));
  const attributes = Object.fromEntries(rest.map((one) => one.toLowerCase().split("=")));
  const { "max-age": age, expires: _, ...others } = attributes;
  const fault = (text) => faults.push(`${path}: cookie ${name}: ${text}`);
  if (!(name in COOKIES)) fault("is not known");
  else if (!COOKIES[name].includes(age === undefined ? undefined : Number(age))) fault(`Max-Age is ${age}`);
  // The cookies must not have a Domain attribute. They must not have Secure either, because the app runs over http.
  const expected = { path: "/", httponly: undefined, samesite: "lax" };
  const [found, wanted] = [others, expected].map((one) => JSON.stringify(Object.entries(one).map(String).sort()));
  if (found !== wanted) fault(`has ${found}`);
}
