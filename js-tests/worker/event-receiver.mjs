// A real receiver for events, which arrive either directly through EVENTS_WEBHOOK or from the consumer of the EVENTS
// queue. It verifies each signature and keeps the events.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { WEBHOOK_SECRET } from "./mailbox.mjs";

const KEY = Buffer.from(WEBHOOK_SECRET.slice("whsec_".length), "base64");

/**
 * Starts the receiver. Tests may replace `respond`, which decides each delivery's status or makes the receiver hang.
 */
export async function startReceiver() {
  const receiver = {
    /** The events that were accepted, in order. */
    events: [],
    /** All deliveries, with their headers. */
    deliveries: [],
    respond: () => 200,
    of: (userId) => receiver.events.filter((one) => one.userId === userId),
    /** Waits until a user has `count` events. Returns their types. */
    async types(userId, count) {
      for (let waited = 0; waited < 20_000; waited += 20) {
        if (receiver.of(userId).length >= count) break;
        await pause(20);
      }
      return receiver.of(userId).map(({ type }) => type);
    },
  };
  const server = createServer(async (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => (body += text));
    await once(request, "end");
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = request.headers;
    const expected = createHmac("sha256", KEY).update(`${id}.${time}.${body}`).digest("base64");
    const delivery = {
      id,
      time: Number(time),
      isSigned: signature === `v1,${expected}`,
      event: JSON.parse(body),
      body,
    };
    receiver.deliveries.push(delivery);
    const status = await receiver.respond(delivery);
    if (status === 200) receiver.events.push(delivery.event);
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  receiver.url = `http://127.0.0.1:${server.address().port}/events`;
  receiver.bindings = { EVENTS_WEBHOOK: receiver.url, WEBHOOK_SECRET };
  receiver.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return receiver;
}
