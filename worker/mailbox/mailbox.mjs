// The local mailbox of `npm start`: a page that shows sent messages. It can be opened only on this computer.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createMessages } from "./messages.mjs";
import { bodyOf, page, SANDBOX } from "./page.mjs";
import { readLog } from "./sent.mjs";

const FILES = { "/mailbox.css": "text/css", "/mailbox.js": "text/javascript" };

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The policy for a message's own HTML, which must not load anything or run scripts, even if it is opened in its own
 * tab.
 */
const MESSAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
  `frame-ancestors 'self'; sandbox ${SANDBOX}`;

/**
 * Starts the mailbox on a port. Call `hear` with each line of the Worker's output; it returns the line to print
 * instead. The mailbox also shows the messages in `folder`, which are *.json files.
 */
export async function openMailbox({ port = 0, folder } = {}) {
  const messages = createMessages(folder);
  const server = createServer((request, response) => {
    const { status = 200, type = "text/plain", policy = PAGE_POLICY, body } = answer(request, messages, hosts);
    response.writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": policy,
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  const hosts = new Set();
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  // The mailbox alone must not keep the process running.
  server.unref();
  const { port: own } = server.address();
  for (const name of ["localhost", "127.0.0.1"]) hosts.add(`${name}:${own}`);
  return {
    url: `http://localhost:${own}`,
    hear: readLog(messages.add),
    messages: messages.all,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Only requests for the mailbox's own hosts are served, because another site can make its host name resolve to this
 * computer (DNS rebinding).
 */
function answer({ method, url, headers }, messages, hosts) {
  if (!hosts.has(headers.host)) return { status: 421, body: "This is not the mailbox's address.\n" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "Only GET.\n" };
  const [path, query] = url.split("?");
  const all = messages.all();
  if (path === "/") return { type: "text/html", body: page(all) };
  if (path === "/messages.json") return { type: "application/json", body: JSON.stringify(all, null, 2) };
  if (Object.hasOwn(FILES, path)) {
    return { type: FILES[path], body: readFileSync(new URL(path.slice(1), import.meta.url)) };
  }
  const [, id, html] = /^\/messages\/([^/]+)(\/html)?$/.exec(path) ?? [];
  const open = id && all.find((one) => encodeURIComponent(one.id) === id);
  if (!open) return { status: 404, type: "text/html", body: page(all) };
  if (html) return { type: "text/html", policy: MESSAGE_POLICY, body: bodyOf(open) };
  return { type: "text/html", body: page(all, open, new URLSearchParams(query).get("view")) };
}
