// Reads a request's body for an upstream, and finds out which side is too slow.

/** A body up to this size is read before the upstream is asked, which takes less time than streaming it. In bytes. */
const SMALL = 65_536;

/**
 * Starts to read a body. `limits` has, separated by spaces, how long the client and the upstream may pause (in seconds),
 * and the body's length (in bytes) if it is known.
 *
 * Returns three things: the `body` for the upstream, or a promise of it; a promise that settles once the upload has `ended`,
 * with "sent" or with the side that was too slow; and `answered`, to call when the upstream has responded.
 */
export function begin(source, limits) {
  const [client, upstream, length] = limits.split(" ");
  const watch = startWatch({ client: Number(client), upstream: Number(upstream) });
  const reader = source.getReader({ mode: "byob" });
  const isSmall = length !== "" && Number(length) <= SMALL;
  return isSmall ? collect(reader, Number(length), watch) : stream(reader, length, watch);
}

/** Counts the seconds for which one side keeps the other waiting. */
function startWatch(limits) {
  let side, seconds, end;
  const ended = new Promise((resolve) => (end = resolve));
  const ticking = setInterval(() => {
    seconds += 1;
    if (seconds > limits[side]) watch.end(side);
  }, 1000);
  const watch = {
    ended,
    end(how) {
      clearInterval(ticking);
      end(how);
    },
    turnOf(one) {
      side = one;
      seconds = 0;
    },
    // Once it has started to respond, the upstream may read the rest as slowly as it likes.
    answered() {
      limits.upstream = Infinity;
    },
  };
  return watch;
}

function collect(reader, length, watch) {
  const read = async () => {
    let bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      watch.turnOf("client");
      const { done, value } = await reader.read(bytes.subarray(at));
      if (done) throw new Error("the body is shorter than its Content-Length");
      at += value.byteLength;
      bytes = new Uint8Array(value.buffer);
    }
    return bytes;
  };
  const body = read();
  const sent = () => watch.end("sent");
  body.then(sent, sent);
  watch.ended.then((how) => how === "sent" || reader.cancel(new Error("too slow")));
  return { body, ended: watch.ended, answered() {} };
}

/** Reads each chunk before it is written, so that a slow client doesn't use up the upstream's time. */
function stream(reader, length, watch) {
  // If the length is known, it is passed on.
  const { readable, writable } = length ? new FixedLengthStream(Number(length)) : new IdentityTransformStream();
  const writer = writable.getWriter();
  const pump = async () => {
    let buffer = new ArrayBuffer(SMALL);
    for (;;) {
      watch.turnOf("client");
      const { done, value } = await reader.read(new Uint8Array(buffer));
      watch.turnOf("upstream");
      if (done) return writer.close();
      await writer.write(value);
      buffer = value.buffer;
    }
  };
  // No matter which side disconnects, the upstream's response or its timeout reports the error.
  const broken = (cause) => Promise.allSettled([writer.abort(cause), reader.cancel(cause)]);
  pump()
    .catch(broken)
    .then(() => watch.end("sent"));
  watch.ended.then((how) => how === "sent" || broken(new Error("too slow")));
  return { body: readable, ended: watch.ended, answered: watch.answered };
}
