// Helpers for tests with different path configurations: one starts the fixture and creates a session, and one asserts
// that a request is refused.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { signJwt } from "edgeseal";
import { APP_FIXTURE } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { DATA, follow, startApp } from "./app.mjs";

/** Signs the cookies without Better Auth, which would otherwise also have to be configured for each shape. */
export async function startShape(shape) {
  const app = await startApp({ SHAPE: shape });
  const built = (...parts) => at(APP_FIXTURE, ".next", shape, ...parts);
  const day = new Date(Date.now() + 86_400_000).toISOString();
  const user = { id: "u1", email: "ann@example.com", name: "Ann", emailVerified: false };
  const claims = { session: { id: "s1", token: "t1", userId: "u1", expiresAt: day }, user, version: "1" };
  return {
    ...app,
    cookies: { [DATA]: signJwt(claims, app.secret, { typ: false, expiresIn: 300 }) },
    build: readFileSync(built("BUILD_ID"), "utf8"),
    /** The files that the build prerendered for the static page: HTML, `.rsc` files and segments. */
    prerendered: readdirSync(built("server/app"), { recursive: true }).filter((name) => /^vault\b.*\./.test(name)),
  };
}

/** Asserts that the app still refuses a request after Next.js's own redirects. */
export async function barred(app, path, headers = {}) {
  const landed = await follow(app, path, { headers });
  const why = `${path} ends at ${landed.path} with ${landed.status}`;
  assert.doesNotMatch(landed.text, /vault content|protected/, why);
  const soft = landed.headers["x-nextjs-redirect"];
  assert.ok(landed.status >= 400 || /\/sign-in\/?(?:\?|$)/.test(landed.path) || soft?.includes("/sign-in"), why);
  assert.ok(landed.status < 500, why);
}
