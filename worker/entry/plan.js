// Reads plans. worker/src/plan.rs writes them and describes them.

/** Makes the response in a plan. Headers are in pairs of lines. */
export function respond(plan) {
  const end = plan.indexOf("\n\n");
  const head = plan.slice(0, end < 0 ? -1 : end).split("\n");
  const headers = new Headers();
  for (let at = 2; at < head.length; at += 2) headers.append(head[at], head[at + 1]);
  return new Response(end < 0 ? null : plan.slice(end + 2), { status: Number(head[1]), headers });
}

/** Reads a plan to forward a request. */
export function readForward(plan) {
  const lines = plan.split("\n");
  const [, url, service, method, cache, upload, timeout, pending] = lines;
  return { url, service, method, cache, upload, timeout: Number(timeout), pending, lines, edits: 8 };
}

/** An upstream's response with other headers. Its body is streamed. */
export function returned(answered, plan) {
  const response = new Response(answered.body, answered);
  edited(response.headers, { lines: plan.split("\n"), edits: 1 });
  return response;
}

/** Changes headers as the lines from `edits` on say: how many names to drop, these names, and pairs to set. */
export function edited(headers, { lines, edits }) {
  const end = lines.length - 1;
  const firstPair = edits + 1 + Number(lines[edits]);
  for (let at = edits + 1; at < firstPair; at += 1) headers.delete(lines[at]);
  for (let at = firstPair; at < end; at += 2) headers.set(lines[at], lines[at + 1]);
  return headers;
}
