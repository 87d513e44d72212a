// The mailbox's messages: those sent through the binding, and those in a folder.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The maximum number of messages. If there are more, the oldest ones are dropped. */
const MAX = 500;
const MEMBERS = ["id", "to", "from", "subject", "text", "html", "url"];

export function createMessages(folder) {
  const known = new Map();
  const names = new Set();

  const add = (message) => {
    const whole = { ...Object.fromEntries(MEMBERS.map((name) => [name, ""])), ...known.get(message.id), ...message };
    whole.url ||= linkOf(whole.text);
    known.set(message.id, whole);
    if (known.size > MAX) known.delete(known.keys().next().value);
  };

  const readFolder = () => {
    for (const name of filesOf(folder)) {
      if (names.has(name)) continue;
      names.add(name);
      const message = readMessage(join(folder, name));
      if (message) add(message);
    }
  };

  return {
    add,
    /** All messages, newest first. */
    all() {
      readFolder();
      // If several messages have the same time, the one that arrived last comes first.
      return [...known.values()].reverse().sort((one, other) => (one.time < other.time) - (one.time > other.time));
    },
  };
}

function filesOf(folder) {
  if (!folder) return [];
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort();
  } catch {
    return [];
  }
}

/** Reads a message in the format that EMAIL_WEBHOOK receives. Returns `undefined` for any other file. */
function readMessage(path) {
  try {
    const message = JSON.parse(readFileSync(path, "utf8"));
    if (!MEMBERS.every((name) => typeof message[name] === "string") || !message.id) return undefined;
    return { ...message, time: statSync(path).mtime.toISOString() };
  } catch {
    return undefined;
  }
}

/** Returns a message's link: a link to the auth API, or else a link on a line of its own. */
function linkOf(text) {
  const links = text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
  const lines = text.split("\n").map((line) => line.trim());
  return links.find((link) => link.includes("/api/auth/")) ?? links.find((link) => lines.includes(link)) ?? "";
}
