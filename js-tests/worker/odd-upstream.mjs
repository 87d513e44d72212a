// Starts an upstream whose behavior depends on each request's path. Also sends raw requests, without a client library
// that would change them.
import { createServer, request as httpRequest } from "node:http";
import { WebSocketServer } from "ws";

/**
 * Starts an upstream whose behavior depends on each request's path. `requests` contains the requests that reached it.
 */
export async function startOdd() {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const seen = { method, url, headers };
    requests.push(seen);
    const path = url.split("?")[0].split("/").at(-1);
    response.setHeader("upstream", "1");
    if (path === "hang") return;
    if (path === "die") {
      response.writeHead(200, { "content-length": "1000" });
      response.write("some of it");
      setTimeout(() => response.destroy(), 50);
      return;
    }
    if (path === "slow") {
      for (const part of ["one ", "two ", "three"]) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      response.end();
      return;
    }
    if (path === "echo") {
      response.setHeader("content-type", headers["content-type"] ?? "text/plain");
      request.pipe(response);
      return;
    }
    if (path === "answer") {
      response.writeHead(201, {
        "set-cookie": ["a=1; Path=/", "better-auth.session_token=stolen"],
        "clear-site-data": '"cookies"',
        "service-worker-allowed": "/",
        "alt-svc": 'h3="evil.example:443"',
        nel: "{}",
        "report-to": "{}",
        "reporting-endpoints": 'default="https://evil.example"',
        refresh: "0; url=https://evil.example",
        "accept-ch": "sec-ch-ua-model",
        "strict-transport-security": "max-age=0",
        "www-authenticate": 'Basic realm="x"',
        server: "secret/1.0",
        "x-powered-by": "secret",
        "set-auth-jwt": "x.y.z",
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "*",
        "access-control-expose-headers": "x-secret",
        "access-control-max-age": "86400",
        "timing-allow-origin": "*",
        "cdn-cache-control": "max-age=60",
        "cloudflare-cdn-cache-control": "max-age=60",
        "surrogate-control": "max-age=60",
        "cache-control": "public, max-age=3600",
        etag: '"1"',
        "x-own": "kept",
      });
      response.end("made");
      return;
    }
    if (path === "private") response.setHeader("cache-control", "private, max-age=60");
    if (path === "away") {
      const location = new URL(url, "http://upstream").searchParams.get("to");
      response.writeHead(307, { location, "content-location": location });
      response.end();
      return;
    }
    // Don't respond to an aborted request.
    const parts = await all(request).catch(() => undefined);
    if (!parts) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...seen, body: parts.toString() }));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] });
  sockets.on("connection", (socket, { url, headers }) => {
    requests.push({ method: "UPGRADE", url, headers });
    socket.on("message", (data, binary) => socket.send(binary ? data : `heard ${data}`, { binary }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Reads a stream into a buffer. */
export async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Sends a request with exactly these headers and this body. */
export async function raw(worker, path, { method = "GET", headers = {}, body } = {}) {
  const url = new URL(path, await worker.ready);
  return new Promise((resolve, reject) => {
    const length = body ? { "content-length": String(body.length) } : {};
    const options = { method, path, headers: { ...length, ...headers }, host: url.hostname, port: url.port };
    const sent = httpRequest(options, async (answer) => {
      const times = [];
      answer.on("data", () => times.push(Date.now()));
      try {
        const bytes = await all(answer);
        resolve({ status: answer.statusCode, headers: answer.headers, times, bytes, body: bytes.toString() });
      } catch (error) {
        reject(error);
      }
    });
    sent.on("error", reject).end(body);
  });
}
