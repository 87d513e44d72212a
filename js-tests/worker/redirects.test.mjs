// Tests where an upstream's redirects take the browser. Redirects to the upstream itself must go to BASE_URL instead.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../temporary-folder.mjs";
import { startWorker, WEAK } from "./local-worker.mjs";
import { startOdd } from "./odd-upstream.mjs";

const BASE_URL = "https://app.example.org";

async function start(t, upstream) {
  const worker = await startWorker(
    { ...WEAK, BASE_URL },
    { routes: () => [{ path: "/api/*", upstream, public: true }] },
  );
  t.after(() => worker.stop());
  return worker;
}

test("a redirect to the upstream itself leads to BASE_URL, in every form of the address", async (t) => {
  const upstream = await startOdd();
  t.after(() => upstream.stop());
  const worker = await start(t, upstream.url);
  const { host } = new URL(upstream.url);
  for (const [to, location] of [
    [`http://${host}/api/elsewhere?x=1`, `${BASE_URL}/api/elsewhere?x=1`],
    [`https://${host}/api/items/`, `${BASE_URL}/api/items/`],
    [`HTTP://${host}/a`, `${BASE_URL}/a`],
    [`//${host}/a`, `${BASE_URL}/a`],
    [`/\\${host}/a`, `${BASE_URL}/a`],
    ["http://app.example.org/a", `${BASE_URL}/a`],
    ["/api/items/", "/api/items/"],
    ["https://other.example/", "https://other.example/"],
    [`https://${host}.evil.example/`, `https://${host}.evil.example/`],
  ]) {
    const { status, headers } = await worker.fetch(`/api/away?to=${encodeURIComponent(to)}`);
    assert.equal(status, 307);
    for (const name of ["location", "content-location"]) assert.equal(headers.get(name), location, to);
  }
});

test("a redirect of stock uvicorn that adds a slash leads to BASE_URL", async (t) => {
  const folder = temporaryFolder("uvicorn");
  const app = `from fastapi import FastAPI
app = FastAPI()

@app.middleware("http")
async def marked(request, call_next):
    response = await call_next(request)
    response.headers["upstream"] = "1"
    return response

@app.get("/api/items/")
def items():
    return []
`;
  writeFileSync(join(folder, "slashes.py"), app);
  const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
  const server = spawn(python, ["-m", "uvicorn", "slashes:app", "--port", "0"], { cwd: folder });
  t.after(async () => {
    server.kill();
    await once(server, "exit");
  });
  let said = "";
  const url = await new Promise((resolve, reject) => {
    server.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = /running on (http:\/\/\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    server.on("error", reject).on("exit", () => reject(new Error(said)));
  });
  const worker = await start(t, url);
  // uvicorn trusts X-Forwarded-Proto from 127.0.0.1, so it redirects to its own host over https.
  const { status, headers } = await worker.fetch("/api/items?x=1");
  assert.deepEqual([status, headers.get("location")], [307, `${BASE_URL}/api/items/?x=1`]);
});
