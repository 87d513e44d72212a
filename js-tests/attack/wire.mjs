// Sends HTTP/1.1 over a raw socket, byte for byte as given. That includes raw paths, header names in any case,
// repeated headers and invalid methods, which `fetch` and `node:http` would normalize or refuse.
import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";

/** How many milliseconds to wait for a response before it counts as missing. */
const PATIENCE = 60_000;
/** The size of each part of a body, in bytes. */
const SLICE = 16_384;
/** How many milliseconds to pause after the first part, so that the server can refuse the request. */
const HEARING = 30;

/**
 * Sends one request to the origin in `url`. `headers` is a list of name-value pairs. `announced` is a `Content-Length`
 * to send instead of the body's real length. Returns the response. If none arrives, its status is 0.
 */
export function send(url, { method = "GET", target = "/", headers = [], body, announced }) {
  const { protocol, hostname, port } = new URL(url);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const has = (wanted) => headers.some(([name]) => name.toLowerCase() === wanted);
  if (!has("connection")) lines.push("Connection: close");
  if (bytes && !has("content-length") && !has("transfer-encoding"))
    lines.push(`Content-Length: ${announced ?? bytes.length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8");
  return new Promise((resolve) => {
    const start = performance.now();
    const chunks = [];
    /** When the response began. The server may close the connection much later. */
    let first;
    const secure = protocol === "https:";
    // Miniflare's certificate is self-signed.
    const socket = secure
      ? connectSecurely({ port: Number(port), host: hostname, rejectUnauthorized: false })
      : connect(Number(port), hostname);
    const finish = () => {
      socket.destroy();
      clearTimeout(patience);
      resolve(answer(Buffer.concat(chunks), method, (first ?? performance.now()) - start));
    };
    const patience = setTimeout(finish, PATIENCE);
    socket.setNoDelay(true);
    socket.on(secure ? "secureConnect" : "connect", async () => {
      // Send the first part of the body together with the headers. If the server refuses the request because of its
      // headers, it closes the connection, and its response would be lost if more data were sent. So stop sending once
      // there is a response.
      const write = (part) => new Promise((done) => socket.write(part, done));
      await write(bytes ? Buffer.concat([head, bytes.subarray(0, SLICE)]) : head);
      if (bytes?.length > SLICE) await sleep(HEARING);
      for (let at = SLICE; at < bytes?.length && chunks.length === 0 && !socket.destroyed; at += SLICE) {
        await write(bytes.subarray(at, at + SLICE));
        await sleep(1);
      }
    });
    socket.on("data", (chunk) => {
      first ??= performance.now();
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks), method)) finish();
    });
    // A server may respond and then close the connection before it has read the whole request.
    socket.on("error", finish).on("close", finish);
  });
}

/** Splits a response into its status, its headers as sent, and its body. */
function answer(bytes, method, ms) {
  const read = split(bytes, method);
  const headers = read?.headers ?? [];
  const all = (wanted) => headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const text = read ? read.body.toString("utf8") : "";
  return {
    status: read?.status ?? 0,
    headers,
    all,
    header: (name) => all(name).join(", ") || undefined,
    body: read?.body ?? Buffer.alloc(0),
    text,
    /** All received bytes as text, so that tests can search them. */
    raw: bytes.toString("utf8"),
    json() {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    ms,
  };
}

function split(bytes, method) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first, ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  const rest = bytes.subarray(end + 4);
  if (status >= 100 && status < 200 && status !== 101) return split(rest, method);
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), Buffer.from(line.slice(colon + 1).trim(), "latin1").toString("utf8")];
  });
  const value = (wanted) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (method === "HEAD" || status === 204 || status === 304) return { status, headers, body: rest, whole: true };
  if (value("transfer-encoding")?.toLowerCase() === "chunked") return { status, headers, ...dechunk(rest) };
  const length = value("content-length");
  return { status, headers, body: rest, whole: length !== undefined && rest.length >= Number(length) };
}

const isWhole = (bytes, method) => split(bytes, method)?.whole === true;

function dechunk(bytes) {
  const parts = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return { body: Buffer.concat(parts), whole: false };
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (!(size > 0)) return { body: Buffer.concat(parts), whole: size === 0 };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(parts), whole: false };
  }
}
