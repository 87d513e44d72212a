// The real stack: Workers in workerd, FastAPI under uvicorn, an upstream that echoes requests, and the production build
// of the Next.js example. Each part starts when a row first needs it.
import { SECRET, startWorker, WEAK } from "../worker/local-worker.mjs";
import { startApp } from "./app.mjs";
import { APP, ask } from "./ask.mjs";
import { Person } from "./people.mjs";
import { startEcho, startFastApi } from "./upstreams.mjs";

export { SECRET, WEAK };

export async function startTargets() {
  const closing = [];
  const started = new Map();
  /** Starts a part on first use. */
  const part = (name, start) => {
    if (!started.has(name)) started.set(name, start());
    return started.get(name);
  };
  const kept = async (starting) => {
    const { url, stop } = await starting;
    closing.push(stop);
    return url;
  };
  const upstream = () => part("FastAPI", () => kept(startFastApi({ AUTH_SECRET: SECRET, BASE_URL: APP })));
  const echo = () => part("echo", () => kept(startEcho()));

  /**
   * Returns the Worker with this name, whose settings include `bindings`. Rate limits are on, except for the limit per
   * network, which is turned on only for the rows about that limit.
   */
  const worker = (name = "plain", bindings = WEAK, options = {}) =>
    part(`Worker ${name}`, async () => {
      const [tasks, echoing] = [await upstream(), await echo()];
      const routes = () => [
        { path: "/api/me", upstream: tasks },
        { path: "/api/:owner/tasks/*", upstream: tasks },
        { path: "/api/:owner/echo/*", upstream: echoing },
      ];
      const given = { BASE_URL: APP, RATE_LIMITS: {}, ...bindings };
      // The app's origin uses https, so the Worker is served over https, too.
      const running = await startWorker(given, { routes, https: true, ...options });
      closing.push(running.stop);
      const url = (await running.ready).origin;
      return Object.assign(running, { url, ask: (request) => ask(url, request), people: new Map() });
    });

  const targets = {
    worker,
    /** Returns a Worker's user with this letter, such as A or B. The user is signed up on first use. */
    async person(letter, given = worker()) {
      const { people } = await given;
      const worker = await given;
      if (!people.has(letter)) people.set(letter, Person.signUp(worker, letter));
      return people.get(letter);
    },
    app: () => part("Next.js", () => startApp(worker, closing)),
    async close() {
      // Stop the parts in reverse order, so that each one stops before the parts that it sends requests to.
      for (const stop of closing.reverse()) await stop();
    },
  };
  return targets;
}
