// What the parts say, each line under the name of the part: short, and without what only wrangler wants to know.

const COLOURS = { worker: 36, fastapi: 32, next: 35 };

const paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`;

/** A terminal, unless its user wants none: https://no-color.org. */
export const seesColour = (stream, env) => Boolean(stream.isTTY) && !env.NO_COLOR;

/** `print(name, line)` for lines of these parts. */
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

/** A part's own colours, which wrangler also has where nobody sees them, and whatever else moves a terminal. */
const ESCAPES = /\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** wrangler's own news: its build's steps, its reloads, and each request, which the Worker tells itself. */
const NOISE = /^(?:\[custom build\]|\[wrangler:info\]|⎔|The file .* changed, restarting build)/;

/** A line of the Worker's as people read it; `undefined` for what is not worth one. */
function workerLine(line) {
  if (NOISE.test(line)) return undefined;
  if (!line.startsWith("{")) return line;
  try {
    return told(JSON.parse(line)) ?? line;
  } catch {
    return line;
  }
}

function told({ event, method, route, status, code, ms, action, outcome }) {
  const why = code ? ` ${code}` : "";
  if (event === "request") return `${method} ${route} ${status}${why} (${ms} ms)`;
  if (event === "audit") return `audit: ${action} ${outcome}${why}`;
  return undefined;
}
