// The load benchmark's peer: the gateway's checks, carefully written with Hono and jose. It imports each key once and
// doesn't parse anything twice. It refuses the same requests, writes the same log lines and changes the same headers as
// this project's Worker.
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { jwtVerify, SignJWT } from "jose";

const utf8 = new TextEncoder();
const HS256 = { name: "HMAC", hash: "SHA-256" };

let config;

async function read(env) {
  const secret = utf8.encode(env.AUTH_SECRET);
  const keyOf = (bytes) => crypto.subtle.importKey("raw", bytes, HS256, false, ["sign", "verify"]);
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: utf8.encode("edgeseal refresh v1"),
  };
  const { protocol, host } = new URL(env.BASE_URL);
  return {
    origin: env.BASE_URL,
    scheme: protocol.slice(0, -1),
    host,
    upstream: JSON.parse(env.ROUTES)[0].upstream,
    lifetime: Number(env.ACCESS_TTL),
    access: await keyOf(secret),
    refresh: await keyOf(await crypto.subtle.deriveBits(derivation, material, 256)),
  };
}

const app = new Hono();

app.use(async (c, next) => {
  config ??= await read(c.env);
  const began = Date.now();
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  await next();
  const { headers } = c.res;
  if (c.req.header("origin") === config.origin) {
    headers.set("access-control-allow-origin", config.origin);
    headers.set("access-control-allow-credentials", "true");
    headers.set("access-control-expose-headers", "retry-after, set-auth-jwt, x-request-id, x-retry-after");
  }
  headers.append("vary", "Origin");
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-request-id", requestId);
  if (!headers.has("referrer-policy")) headers.set("referrer-policy", "no-referrer");
  const line = {
    event: "request",
    requestId,
    method: c.req.method,
    route: c.get("route"),
    status: c.res.status,
    code: c.get("code"),
    user: c.get("user"),
    ms: Date.now() - began,
  };
  console.log(JSON.stringify(line));
});

const OWN = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

function refuse(c, status, code, message) {
  c.set("code", code);
  const more = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return c.body(JSON.stringify({ message, code }), status, { ...OWN, ...more });
}

const unauthorized = (c) => refuse(c, 401, "UNAUTHORIZED", "Unauthorized");

/** The claims of a token, or undefined. */
const verified = (token, key, options) =>
  jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp"], ...options }).then(
    ({ payload }) => payload,
    () => undefined,
  );

/** The session data, from one cookie or joined from several. */
async function sessionData(c) {
  let text = getCookie(c, "better-auth.session_data");
  if (!text) {
    text = "";
    for (let i = 0, chunk; i < 3 && (chunk = getCookie(c, `better-auth.session_data.${i}`)); i++) text += chunk;
  }
  if (!text) return undefined;
  const data = await verified(text, config.access);
  const isValid = data?.session?.userId === data?.user?.id && data?.session?.expiresAt > new Date().toISOString();
  return isValid ? data : undefined;
}

/** Reads the session from the refresh cookie. Better Auth's signature is checked first, then the token's own. */
async function session(c) {
  const cookie = getCookie(c, "better-auth.session_token");
  const dot = cookie?.lastIndexOf(".") ?? -1;
  if (dot < 0) return undefined;
  const token = cookie.slice(0, dot);
  const seal = Uint8Array.from(atob(cookie.slice(dot + 1)), (character) => character.charCodeAt(0));
  if (!(await crypto.subtle.verify(HS256, config.refresh, seal, utf8.encode(token)))) return undefined;
  return verified(token, config.refresh, { typ: "refresh+jwt" });
}

const sign = ({ id, email, name }, until) => {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ email, name })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(config.origin)
    .setAudience(config.origin)
    .setSubject(id)
    .setJti(crypto.randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(Math.min(until, now + config.lifetime))
    .sign(config.access);
};

app.get("/api/auth/get-session", async (c) => {
  c.set("route", "/api/auth/get-session");
  const known = await session(c);
  const data = known && (await sessionData(c));
  if (!data || data.session.id !== known.sid || data.user.id !== known.sub) return c.body("null", 200, OWN);
  c.set("user", data.user.id);
  const jwt = await sign(data.user, data.exp);
  return c.body(JSON.stringify({ session: data.session, user: data.user }), 200, { ...OWN, "set-auth-jwt": jwt });
});

const AMBIGUOUS = /\/\/|[\\;]|%2f|%5c|%2e|%25|%00|%3b/i;
const NOT_FORWARDED = new Set(
  "authorization connection content-length cookie cookie2 expect forwarded host http2-settings keep-alive proxy proxy-authorization proxy-connection sec-websocket-extensions sec-websocket-key sec-websocket-version te trailer transfer-encoding upgrade via".split(
    " ",
  ),
);
const FOR_OUR_WORD =
  /^(auth-|cf-|client-ip|fastly-|fly-|remote-|ssl-|true-client-ip|x[-_](access-|amzn-|appengine-|auth|azure-|client-|cluster-|consumer-|credential-|edgeseal-|email|envoy-|forwarded|goog-|groups|host|http-|id-token|jwt|method-|middleware-|ms-client-|original-|originating-|owner|proxy|real-|remote-|request-id|rewrite-|role|scope|ssl-|subject|tenant|test-clock|url-|user(?!-agent$)|vercel-|webauth-))/;
const KEPT_FROM_CLIENTS = ["set-cookie", "set-cookie2", "clear-site-data", "server", "x-powered-by", "x-request-id"];

/** Returns whether a cookie-authenticated write comes from one of our own pages. */
function isFromPage(c) {
  const origin = c.req.header("origin");
  if (origin) return origin === config.origin;
  const referer = c.req.header("referer");
  return Boolean(referer) && URL.canParse(referer) && new URL(referer).origin === config.origin;
}

app.all("/api/:owner/*", async (c) => {
  c.set("route", "/api/:owner/*");
  const { url, method, headers, body } = c.req.raw;
  const rest = url.slice(url.indexOf("/", 8));
  const path = rest.split("?", 1)[0];
  if (AMBIGUOUS.test(path)) return refuse(c, 404, "PATH_INVALID", "Path is ambiguous");

  const data = await sessionData(c);
  let caller = data && { id: data.user.id, email: data.user.email, name: data.user.name, until: data.exp };
  let token;
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    const options = { issuer: config.origin, audience: config.origin, requiredClaims: ["exp", "sub", "email", "name"] };
    const claims = token && (await verified(token, config.access, options));
    if (!claims) return unauthorized(c);
    if (caller && caller.id !== claims.sub) return refuse(c, 400, "IDENTITY_CONFLICT", "Two users");
    caller = { id: claims.sub };
  }
  if (!caller) return unauthorized(c);
  c.set("user", caller.id);
  if (!token && !["GET", "HEAD", "OPTIONS"].includes(method) && !isFromPage(c)) {
    return refuse(c, 403, "INVALID_ORIGIN", "Invalid origin");
  }
  if (c.req.param("owner") !== caller.id) return refuse(c, 403, "FORBIDDEN", "This resource belongs to another user");

  const nominated = headers.get("connection")?.toLowerCase().split(/\s*,\s*/) ?? []; // prettier-ignore
  const forwarded = new Headers();
  for (const [name, value] of headers) {
    if (!NOT_FORWARDED.has(name) && !FOR_OUR_WORD.test(name) && !nominated.includes(name))
      forwarded.append(name, value);
  }
  forwarded.set("authorization", `Bearer ${token ?? (await sign(caller, caller.until))}`);
  forwarded.set("x-forwarded-proto", config.scheme);
  forwarded.set("x-forwarded-host", config.host);
  const address = headers.get("cf-connecting-ip");
  if (address) forwarded.set("x-forwarded-for", address);
  forwarded.set("x-request-id", c.get("requestId"));
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 30_000);
  try {
    const isRead = method === "GET" || method === "HEAD";
    const init = {
      method,
      headers: forwarded,
      redirect: "manual",
      cache: "no-store",
      signal: abort.signal,
      body: isRead ? null : body,
    };
    const answer = await fetch(`${config.upstream}${rest}`, init);
    const returned = new Headers(answer.headers);
    for (const name of KEPT_FROM_CLIENTS) returned.delete(name);
    for (const name of ["origin", "credentials"]) returned.delete(`access-control-allow-${name}`);
    const caching = returned.get("cache-control") ?? "";
    if (!/(^|,)\s*(private|no-store)\s*(,|$)/i.test(caching)) returned.set("cache-control", "no-store");
    const location = returned.get("location");
    if (location?.startsWith(config.upstream)) {
      returned.set("location", config.origin + location.slice(config.upstream.length));
    }
    return new Response(answer.body, { status: answer.status, headers: returned });
  } catch {
    const isLate = abort.signal.aborted;
    return isLate
      ? refuse(c, 504, "UPSTREAM_TIMEOUT", "Timeout")
      : refuse(c, 502, "UPSTREAM_UNAVAILABLE", "Unavailable");
  } finally {
    clearTimeout(timer);
  }
});

app.notFound((c) => refuse(c, 404, "NOT_FOUND", "Not found"));

export default app;
