// Tests which requests the gateway lets through over HTTP, what reaches the upstream, and what the build contains.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { signJwt } from "edgeseal";
import * as jose from "jose";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";
import { libraries, pythonSign, pythonVerify } from "../python.mjs";
import { CLOCK, cookieHeader, FAULT, ORIGIN, read, SECRET, startWorker, WEAK } from "./local-worker.mjs";

let worker, token, id, cookies;

before(async () => {
  worker = await startWorker();
  const response = await worker.post("/api/auth/sign-up/email", {
    name: "A",
    email: "a@x.org",
    password: "correct horse",
  });
  ({
    token,
    user: { id },
  } = await response.json());
  cookies = cookieHeader(response);
});
after(() => worker.stop());

const tasks = (headers, init = {}) => worker.fetch(`/api/${id}/tasks?q=1`, { ...init, headers });
const bearer = (value) => ({ authorization: `Bearer ${value}` });

test("nothing gets through without a valid token", async () => {
  const expected = { issuer: ORIGIN, audience: ORIGIN, subject: id, expiresIn: 900 };
  const claims = { email: "a@x.org", name: "A" };
  const late = new Date(Date.now() - 901_000);
  const changed = token.slice(0, -5) + (token.at(-5) === "A" ? "B" : "A") + token.slice(-4);
  const [refresh, data] = cookies.split("; ").map((pair) => decodeURIComponent(pair.split("=")[1]));
  const presented = {
    nothing: {},
    empty: bearer(""),
    garbage: bearer("x.y.z"),
    huge: bearer("a".repeat(7000)),
    "one changed character": bearer(changed),
    expired: bearer(signJwt(claims, SECRET, { ...expected, currentDate: late })),
    "another secret": bearer(signJwt(claims, `${SECRET}!`, expected)),
    "another issuer": bearer(signJwt(claims, SECRET, { ...expected, issuer: "http://x" })),
    "another audience": bearer(signJwt(claims, SECRET, { ...expected, audience: "http://x" })),
    "session data": bearer(data),
    "refresh token": bearer(refresh.split(".").slice(0, 3).join(".")),
    "another scheme": { authorization: `Basic ${token}` },
    "access token as cookie": { cookie: `better-auth.session_data=${token}` },
    "refresh cookie only": { cookie: cookies.split("; ")[0] },
  };
  const bodies = new Set();
  for (const [name, headers] of Object.entries(presented)) {
    const response = await tasks(headers);
    assert.equal(response.status, 401, name);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    assert.equal(response.headers.get("cache-control"), "no-store");
    bodies.add(await response.text());
  }
  assert.equal(bodies.size, 1);
});

test("a request with a valid token reaches the upstream unchanged", async () => {
  const spoofed = { cookie: "x=1", "x-user-id": "root", "x-forwarded-for": "1.2.3.4", "x-csrf-token": "1" };
  const init = { method: "PUT", body: "tëxt" };
  const response = await tasks({ ...bearer(token), ...spoofed, "content-type": "text/plain" }, init);
  assert.equal(response.headers.get("set-cookie"), null);
  const seen = await response.json();
  assert.deepEqual([seen.method, seen.url, seen.body], ["PUT", `/api/${id}/tasks?q=1`, "tëxt"]);
  assert.equal(seen.headers.authorization, `Bearer ${token}`);
  assert.equal(seen.headers["x-csrf-token"], "1");
  for (const name of ["cookie", "x-user-id"]) assert.equal(seen.headers[name], undefined, name);
  assert.notEqual(seen.headers["x-forwarded-for"], "1.2.3.4");
});

test("jose, PyJWT and python-jose accept the access token, and the gateway accepts theirs", async () => {
  const expected = { issuer: ORIGIN, audience: ORIGIN };
  const key = new TextEncoder().encode(SECRET);
  const { payload } = await jose.jwtVerify(token, key, { ...expected, algorithms: ["HS256"] });
  assert.equal(payload.sub, id);
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: id, email: "a@x.org", name: "A", iss: ORIGIN, aud: ORIGIN, iat: now, exp: now + 60 };
  const theirs = [await new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key)];
  for (const library of libraries) {
    assert.equal(pythonVerify(library, token, SECRET, expected).sub, id, library);
    theirs.push(pythonSign(library, claims, SECRET));
  }
  for (const one of theirs) assert.equal((await tasks(bearer(one))).status, 200, one);
});

test("for session data the gateway signs an access token for the upstream", async () => {
  const seen = await (await tasks({ cookie: cookies })).json();
  const minted = seen.headers.authorization.replace("Bearer ", "");
  assert.equal((await tasks(bearer(minted))).status, 200);
  const again = await (await tasks({ cookie: cookies })).json();
  assert.equal(again.headers.authorization, seen.headers.authorization, "it is made once");
  const write = await tasks({ cookie: cookies }, { method: "POST", body: "{}" });
  assert.equal(write.status, 403, "a write with a cookie and no origin");
  assert.equal((await tasks({ cookie: cookies, origin: ORIGIN }, { method: "POST", body: "{}" })).status, 200);
});

test("requests for another user's resources are refused", async () => {
  for (const path of ["/api/somebody/tasks", `/api/${id}x/tasks`, "/api/a%20b/tasks"]) {
    assert.equal((await worker.fetch(path, { headers: bearer(token) })).status, 403, path);
  }
  for (const path of [`/api/${id}%2f..%2fother/tasks`, `/api/${id}//tasks`, "/api/%61/tasks"]) {
    assert.equal((await worker.fetch(path, { headers: bearer(token) })).status, 404, path);
  }
  assert.equal((await worker.fetch("/elsewhere", { headers: bearer(token) })).status, 404);
});

test("ROUTES may also be a list in wrangler.toml", async (t) => {
  const listed = await startWorker({ ROUTES: [{ path: "/api/:owner/*", upstream: "http://127.0.0.1:9" }] });
  t.after(() => listed.stop());
  assert.equal((await listed.fetch(`/api/${id}/tasks`)).status, 401);
});

test("an upstream that is down is a 502", async (t) => {
  const down = await startWorker({
    ROUTES: JSON.stringify([{ path: "/api/:owner/*", upstream: "http://127.0.0.1:9" }]),
  });
  t.after(() => down.stop());
  const response = await down.fetch(`/api/${id}/tasks`, { headers: bearer(token) });
  assert.deepEqual([response.status, (await response.json()).code], [502, "UPSTREAM_UNAVAILABLE"]);
});

test("trusted origins get CORS, others do not", async () => {
  const preflight = (origin) =>
    worker.fetch(`/api/${id}/tasks`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT" },
    });
  const granted = await preflight(ORIGIN);
  assert.equal(granted.status, 204);
  assert.equal(granted.headers.get("access-control-allow-origin"), ORIGIN);
  assert.equal((await preflight("http://evil.example")).headers.get("access-control-allow-origin"), null);
});

test("with an invalid variable every request is refused, and the log names the variable", async () => {
  for (const [bindings, named] of [
    [{ AUTH_SECRET: null }, "AUTH_SECRET is not set"],
    [{ AUTH_SECRET: "short" }, "AUTH_SECRET: the secret has 5 bytes"],
    [{ AUTH_SECRET: `-----BEGIN PUBLIC KEY-----${"x".repeat(64)}` }, "AUTH_SECRET: the secret looks like"],
    [{ BASE_URL: null }, "BASE_URL is not set"],
    [{ ROUTES: '[{"path":"api","upstream":"http://x"}]' }, "ROUTES entry 0"],
    [{ ROUTES: "nonsense" }, "ROUTES must be"],
    [{ ROUTES: { path: "/" } }, "ROUTES must be"],
    [{ AUTH_SECRETS: "1:short" }, "AUTH_SECRETS: entry 0: the secret has 5 bytes"],
    [{ PASSWORD_ALGORITHM: "md5" }, "PASSWORD_ALGORITHM must be"],
    [{ PASSWORD_PARAMS: { cost: 4 } }, "PASSWORD_PARAMS: the cost parameter must be at least 10"],
    [{ COOKIE_DOMAIN: "other.example" }, "COOKIE_DOMAIN must be"],
    [{ ACCESS_TTL: "1h" }, "ACCESS_TTL must be"],
    [{ ACCESS_TTL: 59 }, "ACCESS_TTL must be"],
    [{ ACCESS_TTL: 60.5 }, "ACCESS_TTL must be"],
    [{ SIGN_UP_DISCLOSURE: false }, "SIGN_UP_DISCLOSURE must be"],
    [{ AUTH_SECRET: 12345 }, "AUTH_SECRET: the secret has 5 bytes"],
    // The Worker must not ignore a variable that isn't text, such as a Secrets Store binding.
    ...[
      "AUTH_SECRETS",
      "BETTER_AUTH_SECRETS",
      "AUTH_SECRET",
      "BASE_URL",
      "TRUSTED_ORIGINS",
      "COOKIE_DOMAIN",
      "AUTH_AUDIENCE",
      "SIGN_UP_DISCLOSURE",
      "ACCESS_TTL",
      "REFRESH_TTL",
      "PASSWORD_ALGORITHM",
    ].map((name, index) => [
      { [name]: index % 2 ? ["hunter2"] : { hunter2: "hunter2" } },
      `${name} must be a quoted string`,
    ]),
  ]) {
    const broken = await startWorker(bindings);
    try {
      for (const path of ["/api/auth/ok", `/api/${id}/tasks`, "/"]) {
        const response = await broken.fetch(path, { headers: bearer(token) });
        assert.deepEqual([response.status, (await response.json()).code], [500, "CONFIG_INVALID"], named);
      }
      assert.ok(broken.log.includes(named), broken.log);
      assert.ok(!broken.log.includes("hunter2"), broken.log);
    } finally {
      await broken.stop();
    }
  }
});

test("numbers in wrangler.toml are read as text", async (t) => {
  const numbered = await startWorker({ ...WEAK, ACCESS_TTL: 60, AUTH_AUDIENCE: 5, COOKIE_DOMAIN: "" });
  t.after(() => numbered.stop());
  const body = { name: "A", email: "a@x.org", password: "correct horse" };
  const { claims } = read((await (await numbered.post("/api/auth/sign-up/email", body)).json()).token);
  assert.deepEqual([claims.exp - claims.iat, claims.aud], [60, "5"]);
});

test("in a release no request can move the clock or cause faults", async (t) => {
  const tested = await startWorker(WEAK, { clock: true });
  t.after(() => tested.stop());
  const body = { name: "B", email: "b@x.org", password: "correct horse" };
  const answers = async (worker) => {
    const cookie = cookieHeader(await worker.post("/api/auth/sign-up/email", body));
    const later = await worker.fetch("/api/auth/get-session", {
      headers: { cookie, [CLOCK]: String(31 * 86_400_000) },
    });
    const url = new URL("/api/auth/ok", await worker.ready);
    const faulty = await fetch(url, { headers: { [FAULT]: "trap" } });
    await faulty.arrayBuffer();
    return [(await later.json())?.user.email, faulty.status];
  };
  assert.deepEqual(await answers(worker), ["b@x.org", 200]);
  assert.deepEqual(await answers(tested), [undefined, 500], "the test build has both");
});

test("the Worker's wasm exports nothing of the npm package", async () => {
  // List the exports in workerd, because older versions of Node don't support every type that the build uses.
  const contents = `import module from "./index_bg.wasm";
    export default { fetch: () => Response.json(WebAssembly.Module.exports(module).map((one) => one.name)) };`;
  const wasm = readFileSync(new URL("../../worker/build/index_bg.wasm", import.meta.url));
  const reader = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [
      { type: "ESModule", path: "reader.mjs", contents },
      { type: "CompiledWasm", path: "index_bg.wasm", contents: wasm },
    ],
  });
  const names = await (await reader.dispatchFetch("http://localhost/")).json();
  await reader.dispose();
  assert.ok(names.includes("decide"), names.join());
  assert.deepEqual(
    names.filter((name) => /verif|signJwt|hashPassword|randomBytes/i.test(name)),
    [],
  );
});
