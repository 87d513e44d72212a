// Tests `"authorization": "pass"`. The `Authorization` header of another service's webhook must reach the upstream, and
// must not identify a user at the gateway.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { raw, startOdd } from "./odd-upstream.mjs";
import { someone } from "./someone.mjs";

let worker, upstream, ann;

before(async () => {
  upstream = await startOdd();
  const routes = () => [
    {
      path: "/api/hooks/*",
      upstream: upstream.url,
      public: true,
      authorization: "pass",
      headers: ["x-hub-signature-256"],
    },
    { path: "/api/open/*", upstream: upstream.url, public: true },
  ];
  worker = await startWorker(WEAK, { routes });
  ann = await someone(worker, "ann");
});
after(async () => {
  await worker.stop();
  upstream.stop();
});

async function seen(path, headers) {
  const body = Buffer.from('{"event":"paid"}');
  const answer = await raw(worker, path, { method: "POST", headers, body });
  const { headers: reached, body: sent } = JSON.parse(answer.body);
  return { status: answer.status, headers: reached, sent };
}

test("a webhook's own Authorization reaches the upstream unchanged", async () => {
  for (const authorization of [
    "Bearer whsec_somebody-elses",
    "Basic dXNlcjpwYXNz",
    "raw-secret",
    `Bearer ${ann.token}`,
    "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y",
  ]) {
    const { status, headers, sent } = await seen("/api/hooks/paid", {
      authorization,
      "x-hub-signature-256": "sha256=1",
    });
    assert.deepEqual([status, headers.authorization, headers["x-hub-signature-256"]], [200, authorization, "sha256=1"]);
    assert.equal(sent, '{"event":"paid"}');
  }
  for (const authorization of ["Bearer whsec_somebody-elses", "Basic dXNlcjpwYXNz", "raw-secret"]) {
    const answer = await raw(worker, "/api/open/x", { headers: { authorization } });
    assert.equal(answer.status, 401, "without pass the gateway checks it");
  }
});

test("such a route identifies nobody, not even by cookie", async () => {
  for (const cookie of [ann.cookie, "better-auth.session_data=stale"]) {
    // This request doesn't have an `Origin` header, so it would get a 403 if the gateway used the cookie.
    const { status, headers } = await seen("/api/hooks/paid", { cookie });
    assert.deepEqual([status, headers.authorization, headers.cookie], [200, undefined, undefined]);
  }
  const both = await seen("/api/hooks/paid", { cookie: ann.cookie, authorization: "Basic eDp5", origin: ORIGIN });
  assert.deepEqual([both.status, both.headers.authorization], [200, "Basic eDp5"]);
  const lines = worker.log.split("\n").filter((line) => line.includes('"route":"/api/hooks/*"'));
  assert.ok(lines.length > 0);
  for (const line of lines) assert.equal(JSON.parse(line).user, undefined, line);
});
