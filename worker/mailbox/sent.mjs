// Finds the messages sent through the local runtime's send_email binding. The binding writes the message bodies to
// files and logs the rest.
import { readFileSync, statSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const BEGIN = /send_email binding called with MessageBuilder:$/;
const LINE = /^(From|To|Cc|Bcc|Subject|Text|HTML|Attachment \([^)]*\)): (.*)$/;
/** A message's text file and HTML file have the same name. */
const FILE = /[\\/]email-(?:text|html)[\\/]([^\\/]+)\.(?:txt|html)$/;

/**
 * Returns a function to call with each line of the runtime's output. The function calls `found` with each message, and
 * again with the same id if it finds another part of that message. It returns the line to print instead, or `undefined`
 * to print nothing.
 */
export function readLog(found) {
  let message;
  return (line) => {
    const plain = stripVTControlCharacters(line).trimEnd();
    if (BEGIN.test(plain)) {
      message = {};
      return undefined;
    }
    const [, name, value] = (message && LINE.exec(plain)) ?? [];
    // Another part of the runtime may write between two lines of a message.
    if (!name) return line;
    if (name === "From") message.from = address(value);
    if (name === "To")
      message.to = value
        .split(/, (?=[^"]*(?:"[^"]*"[^"]*)*$)/)
        .map(address)
        .join(", ");
    if (name === "Text") message.text = read(value, message);
    if (name === "HTML") message.html = read(value, message);
    if (message.id) found({ ...message });
    if (name === "HTML") message = undefined;
    if (name !== "Subject") return undefined;
    message.subject = value;
    return `e-mail to ${message.to}: ${value}`;
  };
}

/** Reads a file immediately, because the runtime deletes it when it stops. */
function read(path, message) {
  const [, id] = FILE.exec(path) ?? [];
  if (!id) return undefined;
  try {
    const text = readFileSync(path, "utf8");
    message.id = id;
    // The time comes from the file, because the log can be late and out of order.
    message.time = statSync(path).mtime.toISOString();
    return text;
  } catch {
    return undefined;
  }
}

/**
 * Returns `Name <a@b.example>`, the form that EMAIL_WEBHOOK receives. In the log, the name is in quotes, and any quotes
 * inside it are escaped.
 */
const address = (text) =>
  text.replace(/^"(.*)" <(.*)>$/, (_, name, email) => `${name.replace(/\\(["\\])/g, "$1")} <${email}>`);
