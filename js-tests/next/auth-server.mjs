// The server at authURL: a proxy that records calls and injects faults, in front of the real Better Auth server.
import { createServer, request as send } from "node:http";

/** Forwards all requests to `target`, unless `fault` handles them. */
export async function startAuthServer(target) {
  const gate = {
    /** The cookie headers of all calls to get-session so far. */
    calls: [],
    /** If set, this function, `(request, response) => …`, handles requests instead of the real server. */
    fault: undefined,
  };
  const server = createServer((request, response) => {
    if (request.url.includes("/get-session")) gate.calls.push(request.headers.cookie ?? "");
    if (gate.fault) gate.fault(request, response);
    else pass(target, request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  gate.url = `http://127.0.0.1:${server.address().port}`;
  gate.stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return gate;
}

/** Forwards a request to the real server and the response to the client. `change` may change the response headers. */
export function pass(target, request, response, change = (headers) => headers) {
  const { method, url, headers } = request;
  const onward = send(new URL(url, target), { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, change(answer.headers));
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
