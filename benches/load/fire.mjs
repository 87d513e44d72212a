// Sends requests over open connections, each as soon as the previous response has arrived. Runs in its own process and
// uses plain sockets, so that the results measure the server, not the client.
import { connect } from "node:net";

process.on("message", async (asked) => {
  const cpu = process.cpuUsage();
  const counts = await fire(asked);
  const { user, system } = process.cpuUsage(cpu);
  process.send({ ...counts, cpu: (user + system) / 1e6 });
});
process.on("disconnect", () => process.exit());

/** Sends `requests` (each with its text and expected status) in turn, for a given number of seconds or requests. */
async function fire({ port, requests, connections, seconds = Infinity, count = Infinity }) {
  const prepared = requests.map(({ text, status }) => ({ bytes: Buffer.from(text), status }));
  const counts = { sent: 0, answered: 0, wrong: 0, faults: [] };
  const took = new Float64Array(100_000);
  const start = performance.now();
  const until = start + seconds * 1000;
  const one = (index) =>
    new Promise((resolve) => {
      let next = Math.floor((index * prepared.length) / connections);
      let at, current;
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const fail = (what) => {
        counts.wrong += 1;
        if (counts.faults.length < 5) counts.faults.push(what);
      };
      const send = () => {
        if (counts.sent >= count || performance.now() >= until) {
          current = undefined;
          socket.end();
          resolve();
          return;
        }
        counts.sent += 1;
        current = prepared[next];
        next = (next + 1) % prepared.length;
        at = performance.now();
        socket.write(current.bytes);
      };
      let rest = Buffer.alloc(0);
      socket.on("connect", send).on("data", (chunk) => {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const answer = whole(rest);
        if (!answer) return;
        if (answer.status !== current.status)
          fail(`${answer.status}, not ${current.status}: ${rest.toString("latin1", 0, 600)}`);
        if (answer.length !== rest.length) fail("more than one response");
        rest = Buffer.alloc(0);
        took[counts.answered % took.length] = performance.now() - at;
        counts.answered += 1;
        send();
      });
      socket.on("error", (cause) => fail(cause.message));
      socket.on("close", () => {
        if (!current) return;
        fail(
          `closed before its response, ${Math.round(performance.now() - at)} ms after the request: ${current.bytes.toString("latin1", 0, 60)}`,
        );
        resolve();
      });
    });
  await Promise.all(Array.from({ length: connections }, (_, index) => one(index)));
  const elapsed = (performance.now() - start) / 1000;
  const sorted = took.subarray(0, Math.min(counts.answered, took.length)).sort();
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  return { ...counts, elapsed, p50: at(0.5), p99: at(0.99) };
}

/** Returns the status and length of a response (RFC 9112) once it is complete. */
function whole(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = bytes.latin1Slice(0, end);
  const status = Number(head.slice(9, 12));
  const announced = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (announced) {
    const length = end + 4 + Number(announced[1]);
    return bytes.length >= length ? { status, length } : undefined;
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, length: end + 4 };
  for (let at = end + 4; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.latin1Slice(at, line), 16);
    at = line + 2 + size + 2;
    if (bytes.length < at) return undefined;
    if (size === 0) return { status, length: at };
  }
}
