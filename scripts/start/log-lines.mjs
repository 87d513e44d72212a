// Prints the output of the parts, without wrangler's own messages. Each line starts with the name of its part.

const COLOURS = { worker: 36, fastapi: 32, next: 35 };

const paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`;

/** Returns whether to use colours: only in a terminal, unless the user has disabled them (https://no-color.org). */
export const seesColour = (stream, env) => Boolean(stream.isTTY) && !env.NO_COLOR;

/** Returns `print(name, line)` for these parts. */
export function linePrinter(names, colour) {
  const width = Math.max(...names.map((name) => name.length));
  return (name, line) => {
    const plain = line.replace(ESCAPES, "");
    const text = name === "worker" ? workerLine(plain) : plain;
    if (text === undefined) return;
    const label = name.padEnd(width);
    console.log(`${colour ? paint(COLOURS[name], label) : label} │ ${text}`);
  };
}

/** Escape sequences for cursor movements and colours, which wrangler prints even without a terminal. */
const ESCAPES = /\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** wrangler's own messages: build steps, reloads, and requests, which the Worker logs itself. */
const NOISE = /^(?:\[custom build\]|\[wrangler:info\]|⎔|The file .* changed, restarting build)/;

/** Returns one of the Worker's log lines in readable form, or `undefined` if the line should be left out. */
function workerLine(line) {
  if (NOISE.test(line)) return undefined;
  if (!line.startsWith("{")) return line;
  try {
    return readable(JSON.parse(line)) ?? line;
  } catch {
    return line;
  }
}

function readable({ event, method, route, status, code, ms, action, outcome }) {
  const why = code ? ` ${code}` : "";
  if (event === "request") return `${method} ${route} ${status}${why} (${ms} ms)`;
  if (event === "audit") return `audit: ${action} ${outcome}${why}`;
  return undefined;
}
