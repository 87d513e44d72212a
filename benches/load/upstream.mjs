// The upstream for the load benchmark: a separate process that returns a small JSON body to requests that carry a
// token.
import { createServer } from "node:http";

const text = JSON.stringify({ tasks: [{ id: "1", title: "water the plants", done: false }] });
const server = createServer((request, response) => {
  const known = request.headers.authorization?.startsWith("Bearer ") && !request.headers.cookie;
  request.resume();
  response.writeHead(known ? 200 : 500, { "content-type": "application/json", "content-length": text.length });
  response.end(text);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => process.send({ cpu: cpu() }));
process.on("disconnect", () => process.exit());

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
