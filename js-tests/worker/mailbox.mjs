// A real receiver for EMAIL_WEBHOOK. It verifies each signature according to the Standard Webhooks specification, and
// keeps the messages.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const KEY = Buffer.from("0123456789abcdef0123456789abcdef");
export const WEBHOOK_SECRET = `whsec_${KEY.toString("base64")}`;

/** Starts the receiver. Tests may replace `respond`, which decides each request's status or makes the receiver hang. */
export async function startMailbox() {
  const mailbox = {
    messages: [],
    /** All deliveries, with their headers. */
    deliveries: [],
    respond: () => 200,
    /** Waits until more than `seen` messages of this type have arrived at this address. Returns the newest one. */
    async next(type, to, { seen = 0 } = {}) {
      for (let waited = 0; waited < 10_000; waited += 20) {
        const found = mailbox.messages.filter((one) => one.type === type && one.to === to);
        if (found.length > seen) return found.at(-1);
        await pause(20);
      }
      throw new Error(`no message "${type}" to ${to} arrived`);
    },
    count: (to) => mailbox.messages.filter((one) => one.to === to).length,
  };
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return sendMessage(request, response);
    let body = "";
    request.setEncoding("utf8").on("data", (text) => (body += text));
    await once(request, "end");
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = request.headers;
    const expected = createHmac("sha256", KEY).update(`${id}.${time}.${body}`).digest("base64");
    const message = JSON.parse(body);
    const delivery = { id, time: Number(time), isSigned: signature === `v1,${expected}`, message };
    mailbox.deliveries.push(delivery);
    const status = await mailbox.respond(delivery);
    if (status === 200) mailbox.messages.push(message);
    response.writeHead(status).end();
  });
  /** Lets other programs wait for a message over HTTP, just as tests do by calling `next`. */
  async function sendMessage(request, response) {
    const { searchParams } = new URL(request.url, mailbox.bindings.EMAIL_WEBHOOK);
    const [type, to, seen] = ["type", "to", "seen"].map((name) => searchParams.get(name));
    const message = await mailbox.next(type, to, { seen: Number(seen) }).catch(() => null);
    response.end(JSON.stringify(message));
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  mailbox.bindings = {
    EMAIL_WEBHOOK: `http://127.0.0.1:${port}/mail`,
    EMAIL_FROM: "Shop <auth@shop.example>",
    APP_NAME: "Shop",
    WEBHOOK_SECRET,
  };
  mailbox.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return mailbox;
}

/** The path and query of the link in a message. */
export const pathOf = ({ url }) => new URL(url).pathname + new URL(url).search;

/** The token in a message's link. */
export function tokenOf({ url }) {
  const { pathname, searchParams } = new URL(url);
  return searchParams.get("token") ?? pathname.split("/").at(-1);
}

/** Asserts that every delivery so far was signed and has a current timestamp. */
export function assertSigned({ deliveries }) {
  for (const { id, time, isSigned } of deliveries) {
    assert.ok(isSigned, `delivery ${id} is signed`);
    assert.ok(Math.abs(time - Date.now() / 1000) < 60, "its timestamp is now, in seconds");
  }
}
