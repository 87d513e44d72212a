// Tests `npm run admin -- … --remote`. The real wrangler sends its requests to a mock of Cloudflare's API, and the mock
// runs the SQL statements on a real D1.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { variablesOf } from "../../worker/admin/secrets.mjs";
import { SECRET } from "./local-worker.mjs";
import { done, flags, PASSWORD, project, refused, serve, signIn, storedHash } from "./operator.mjs";

/** Mocks the endpoints of Cloudflare's API that wrangler uses in this test. */
async function cloudflare(t, database) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text || "{}");
    const what = `${request.method} ${request.url}`;
    asked.push({ what, body, token: request.headers.authorization });
    let [status, answer] = [200, { success: true, errors: [], messages: [], result: {} }];
    try {
      if (what.endsWith("/query")) {
        const statements = body.sql.split(";\n").map((one) => database.prepare(one));
        answer.result = await database.batch(statements);
      }
    } catch (cause) {
      [status, answer] = [400, { success: false, errors: [{ code: 7500, message: cause.message }] }];
    }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const env = {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${server.address().port}/client/v4`,
    CLOUDFLARE_API_TOKEN: "token-of-the-operator",
    CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef",
  };
  return { asked, env };
}

test("with --remote, wrangler gets the database and the Worker", async (t) => {
  const folder = project();
  const worker = await serve(folder, { PASSWORD_PARAMS: null });
  t.after(() => worker.stop());
  const { asked, env } = await cloudflare(t, worker.database);
  const options = ["--remote", "--env", "production", ...flags(folder)];
  await done(["create-user", "ann@example.com", "--password-stdin", ...options], { input: PASSWORD, env });
  assert.match(await storedHash(worker), /^\$2b\$12\$/, "hashed with production's settings, not those of .dev.vars");
  assert.equal((await signIn(worker, "ann@example.com")).status, 200);
  await refused("USER_EXISTS", ["create-user", "ann@example.com", "--password-stdin", ...options], {
    input: PASSWORD,
    env,
  });
  // The command takes only the secret from stdin. For the link, it uses the BASE_URL that wrangler.toml sets for the
  // environment.
  const input = `AUTH_SECRET="${SECRET}"\nBASE_URL="https://other.example"\n`;
  const { url } = await done(["reset-link", "ann@example.com", "--secrets-stdin", ...options], { input, env });
  const { origin, pathname } = new URL(url);
  assert.equal(origin, "https://app.example.org");
  const reset = { newPassword: "another horse", token: pathname.split("/").at(-1) };
  assert.equal((await worker.post("/api/auth/reset-password", reset)).status, 200);
  const counted = await done(["stats", ...options], { env });
  assert.deepEqual([counted.users, counted.bytes > 4096], [1, true]);
  const query = "POST /client/v4/accounts/0123456789abcdef/d1/database/00000000-0000-0000-0000-000000000002/query";
  for (const { what, token } of asked) assert.deepEqual([what, token], [query, "Bearer token-of-the-operator"]);

  await refused("NOWHERE_TO_KEEP", ["rotate-secret", ...options], { env });
  const kept = join(folder, "kept");
  const later = ["rotate-secret", "--no-put", "--show", ...options];
  const made = await done(later, { env: { ...env, AUTH_SECRETS: `7:${SECRET}` } });
  assert.match(made.AUTH_SECRETS, new RegExp(`^20\\d{6}:[\\w-]{43},7:${SECRET}$`));
  assert.ok(
    asked.every((one) => one.what === query),
    "no secret was uploaded",
  );
  const rotate = ["rotate-secret", "--secrets-stdin", "--save", kept, ...options];
  await done(rotate, { input: `AUTH_SECRET="${SECRET}"\n`, env });
  const { what, body } = asked.at(-1);
  assert.match(what, /^PUT .*\/workers\/scripts\/edgeseal-production\/secrets(\?|$)/);
  assert.equal(body.name, "AUTH_SECRETS");
  assert.match(body.text, new RegExp(`^20\\d{6}:[\\w-]{43},1:${SECRET}$`));
  assert.equal(variablesOf(readFileSync(kept, "utf8")).AUTH_SECRETS, body.text);
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  await refused("FILE_EXISTS", rotate, { input: `AUTH_SECRET="${SECRET}"\n`, env });
  const nobody = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ACCOUNT_ID: "", XDG_CONFIG_HOME: folder, HOME: folder };
  await refused("NOT_LOGGED_IN", ["stats", ...options], { env: nobody });
});
