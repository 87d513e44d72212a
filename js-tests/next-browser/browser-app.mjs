// Starts the fixture's server and a Chromium browser, and runs the scenarios as tests.
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { generateSecret } from "edgeseal";
import { startNext } from "../../scripts/examples.mjs";
import { launchChromium } from "../chromium.mjs";
import { scenarios } from "./scenarios.mjs";

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the app in a folder with `next start` or `next dev`, and runs every scenario against it. */
export function browserTests(name, { folder, command = ["start"], env = {}, prepare = async () => {} }) {
  describe(name, () => {
    const app = {};
    let next;
    before(async () => {
      await prepare();
      const port = await freePort();
      const origin = `http://localhost:${port}`;
      const isDevelopment = command[0] === "dev";
      // In development, the first request compiles the auth server, and BASE_URL is not needed.
      const AUTH_OPTIONS = JSON.stringify({ refreshTimeout: 30 });
      const settings = {
        AUTH_OPTIONS,
        AUTH_SECRET: generateSecret(),
        ...(isDevelopment ? {} : { BASE_URL: origin }),
        ...env,
      };
      next = await startNext(folder, { command, port, env: settings });
      Object.assign(app, {
        origin,
        mode: isDevelopment ? "dev" : "build",
        log: next.log,
        browser: await launchChromium(),
      });
    });
    after(async () => {
      await app.browser?.close();
      await next?.stop();
    });
    const only = process.env.SCENARIO ?? "";
    for (const [scenario, run] of Object.entries(scenarios))
      if (scenario.includes(only)) test(scenario, () => run(app));
  });
}
