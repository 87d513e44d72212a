// A simulated browser, with its page's origin, a clock, and a cookie jar that drops expired cookies.
import { CLOCK, ORIGIN } from "./local-worker.mjs";

export const DAY = 24 * 60 * 60 * 1000;
export const TOKEN = "better-auth.session_token";
export const DATA = "better-auth.session_data";

/** Opens a browser whose clock is `at` milliseconds ahead. Tests may change `at`. */
export function openBrowser(worker, { at = 0 } = {}) {
  const jar = new Map();
  const now = () => Date.now() + browser.at;
  const browser = {
    at,
    jar,
    /** The cookies that the browser sends. Expired ones are left out. */
    cookies() {
      for (const [name, { until }] of jar) if (until <= now()) jar.delete(name);
      return [...jar].map(([name, { value }]) => `${name}=${value}`).join("; ");
    },
    async ask(path, { method = "GET", body, headers = {} } = {}) {
      const cookie = browser.cookies();
      const response = await worker.fetch(path, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: {
          [CLOCK]: String(browser.at),
          ...(cookie && { cookie }),
          ...(method !== "GET" && { origin: ORIGIN, "content-type": "application/json" }),
          ...headers,
        },
      });
      for (const line of response.headers.getSetCookie()) keep(line);
      const text = await response.text();
      const { status } = response;
      return { status, headers: response.headers, text, json: () => JSON.parse(text) };
    },
    post: (path, body = {}) => browser.ask(`/api/auth${path}`, { method: "POST", body }),
    get: (path) => browser.ask(`/api/auth${path}`),
    /** The session that get-session returns. If `fresh` is set, the Worker reads it from the database. */
    async session(fresh = false) {
      const answer = await browser.get(`/get-session${fresh ? "?disableCookieCache=true" : ""}`);
      if (answer.status !== 200) throw new Error(`get-session: ${answer.status} ${answer.text}`);
      return answer.json();
    },
    /** Another browser, such as a thief's, with a copy of the current cookies. */
    copy() {
      const other = openBrowser(worker, { at: browser.at });
      for (const [name, cookie] of jar) other.jar.set(name, cookie);
      return other;
    },
    /** Simulates a restart, which removes all cookies without a Max-Age. */
    restart() {
      for (const [name, { until }] of jar) if (until === Infinity) jar.delete(name);
    },
  };
  const keep = (line) => {
    const [pair, ...attributes] = line.split("; ");
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    const age = attributes.find((one) => one.startsWith("Max-Age="))?.slice(8);
    if (age === "0") jar.delete(name);
    else jar.set(name, { value, until: age === undefined ? Infinity : now() + Number(age) * 1000 });
  };
  return browser;
}
