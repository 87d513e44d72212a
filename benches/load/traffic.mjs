// A gateway's typical traffic: requests that read sessions, requests that read and write resources, and some requests
// that are refused.
import { fork } from "node:child_process";
import { once } from "node:events";
import { cookieHeader } from "../../js-tests/worker/local-worker.mjs";

export const ORIGIN = "http://localhost:3000";
export const SECRET = "0123456789abcdef0123456789abcdef-load";
const USERS = 16;

export const bindingsOf = (upstream) => ({
  AUTH_SECRET: SECRET,
  BASE_URL: ORIGIN,
  RATE_LIMITS: "off",
  ACCESS_TTL: "3600",
  PASSWORD_PARAMS: { cost: 4, allowWeakParams: true },
  ROUTES: JSON.stringify([{ path: "/api/:owner/*", upstream }]),
});

/** Starts a process that exchanges messages with this one. */
async function startPart(name) {
  const child = fork(new URL(name, import.meta.url));
  const ask = async (message) => {
    const answer = once(child, "message");
    child.send(message);
    return (await answer)[0];
  };
  return { child, ask, stop: () => child.disconnect() };
}

export async function startUpstream() {
  const { child, ask, stop } = await startPart("upstream.mjs");
  const [{ port }] = await once(child, "message");
  return { url: `http://127.0.0.1:${port}`, cpu: async () => (await ask({})).cpu, stop };
}

export async function startFiring() {
  const { ask, stop } = await startPart("fire.mjs");
  return { fire: ask, stop };
}

/** Signs up users through Edgeseal's Worker; returns their cookies and tokens. */
export async function signUp(url) {
  const people = [];
  for (let i = 0; i < USERS; i++) {
    const answer = await fetch(new URL("/api/auth/sign-up/email", url), {
      method: "POST",
      headers: { "content-type": "application/json", host: new URL(ORIGIN).host, origin: ORIGIN },
      body: JSON.stringify({ name: `User ${i}`, email: `user${i}@example.com`, password: "correct horse" }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { token, user } = await answer.json();
    people.push({ id: user.id, token, cookies: cookieHeader(answer) });
  }
  return people;
}

// The headers that Chromium sends with a same-origin request, and the client's address, which Cloudflare adds.
const BROWSER = {
  host: new URL(ORIGIN).host,
  connection: "keep-alive",
  "sec-ch-ua-platform": '"Linux"',
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "sec-ch-ua": '"Chromium";v="140", "Not=A?Brand";v="24"',
  "sec-ch-ua-mobile": "?0",
  accept: "*/*",
  "sec-fetch-site": "same-origin",
  "sec-fetch-mode": "cors",
  "sec-fetch-dest": "empty",
  referer: `${ORIGIN}/tasks`,
  "accept-encoding": "gzip, deflate, br, zstd",
  "accept-language": "en-GB,en;q=0.9",
  "cf-connecting-ip": "192.0.2.7",
};
const SERVICE = {
  host: new URL(ORIGIN).host,
  connection: "keep-alive",
  accept: "application/json",
  "user-agent": "client/1.0",
  "cf-connecting-ip": "192.0.2.8",
};

/** Returns a hundred mixed requests. Each kind's share is a percentage. */
export function mixed(people) {
  const body = JSON.stringify({ title: "water the plants" });
  const json = { "content-type": "application/json", "content-length": body.length };
  const kinds = [
    [30, "session read", 200, ({ cookies }) => requestText("GET", "/api/auth/get-session", { ...BROWSER, cookie: cookies })],
    [25, "GET by Bearer", 200, ({ id, token }) => requestText("GET", `/api/${id}/tasks`, { ...SERVICE, ...bearer(token) })],
    [20, "GET by cookie", 200, ({ id, cookies }) => requestText("GET", `/api/${id}/tasks?q=1`, { ...BROWSER, cookie: cookies })],
    [15, "POST by cookie", 200, ({ id, cookies }) => requestText("POST", `/api/${id}/tasks`, { ...BROWSER, origin: ORIGIN, cookie: cookies, ...json }, body)],
    [3, "nobody", 401, ({ id }) => requestText("GET", `/api/${id}/tasks`, SERVICE)],
    [2, "a forged token", 401, ({ id, token }) => requestText("GET", `/api/${id}/tasks`, { ...SERVICE, ...bearer(forged(token)) })],
    [3, "somebody else", 403, ({ token }, other) => requestText("GET", `/api/${other.id}/tasks`, { ...SERVICE, ...bearer(token) })],
    [2, "a foreign page", 403, ({ id, cookies }) => requestText("POST", `/api/${id}/tasks`, { ...BROWSER, origin: "http://evil.example", cookie: cookies, ...json }, body)],
  ]; // prettier-ignore
  const requests = kinds.flatMap(([share, name, status, make], kind) =>
    Array.from({ length: share }, (_, i) => {
      const person = people[(i + kind) % people.length];
      const other = people[(i + kind + 1) % people.length];
      return { name, status, text: make(person, other), at: (i + (kind + 1) / 10) / share };
    }),
  );
  // Spreads each kind evenly over the list.
  return requests.sort((a, b) => a.at - b.at);
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const forged = (token) => token.slice(0, -5) + (token.at(-5) === "A" ? "B" : "A") + token.slice(-4);

/** Returns a request's text as it is sent over the wire. */
export function requestText(method, path, headers, body = "") {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
