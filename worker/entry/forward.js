// Sends requests to upstreams, and waits for their responses.
import { edited } from "./plan.js";
import { begin } from "./upload.js";

/**
 * Sends a request. Returns the upstream's response as `answered`, or the `failure` and its `detail`. A late upstream is
 * no longer waited for, and workerd closes the connection to it once the client has its response.
 */
export function forward(plan, request, env, context) {
  const { url, service, method, cache, upload, timeout } = plan;
  const sending = upload && request.body ? begin(request.body, upload) : undefined;
  return new Promise((resolve) => {
    let timer;
    let isOver = false;
    const end = (outcome) => {
      isOver = true;
      clearTimeout(timer);
      sending?.answered();
      resolve(outcome);
    };
    const broken = (cause) => end({ failure: "connection", detail: String(cause) });
    // The upstream's time limit starts once the upstream has the whole request.
    const limit = () => {
      if (!isOver) timer = setTimeout(end, timeout, { failure: "upstream" });
    };
    const send = (body) => {
      const headers = edited(new Headers(request.headers), plan);
      const init = { method, headers, body, redirect: "manual", cache: cache || undefined };
      return (service ? env[service] : globalThis).fetch(url, init).then((answered) => {
        const isUnfit = answered.status === 101 && !answered.webSocket;
        if (isUnfit) broken("an upgrade without a socket");
        else end({ answered });
      });
    };
    if (!sending) {
      limit();
      send().catch(broken);
      return;
    }
    // The upload continues while the response is already being sent.
    context.waitUntil(sending.ended);
    sending.ended.then((how) => (how === "sent" ? limit() : end({ failure: how })));
    Promise.resolve(sending.body).then(send).catch(broken);
  });
}
