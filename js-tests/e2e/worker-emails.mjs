// Tests the pages that send e-mails, and the pages that the links in those e-mails open. The app runs in front of the
// Worker. The links come from `npm start`'s mailbox, which shows what the real e-mail binding sent.
import { setTimeout as pause } from "node:timers/promises";
import { testEmails } from "./emails.mjs";
import { open, stack } from "./stack.mjs";

/**
 * The message types, keyed by the `typ` of the token in the message's link, because the binding itself doesn't send a
 * type.
 */
const TYPES = {
  "reset-password+jwt": "reset-password",
  "verify-email+jwt": "verify-email",
  "confirm-email-change+jwt": "change-email-confirmation",
  "change-email+jwt": "change-email-verification",
  "delete-user+jwt": "delete-account",
};

function typeOf({ url }) {
  const token = new URL(url).searchParams.get("token") ?? new URL(url).pathname.split("/").at(-1);
  return TYPES[JSON.parse(Buffer.from(token.split(".")[0], "base64url")).typ];
}

/** Waits for a message of this type to this address, and returns the newest one. */
async function emailTo(to, type) {
  for (let waited = 0; waited < 15_000; waited += 100) {
    const messages = await (await fetch(`${stack.mailbox}/messages.json`)).json();
    const found = messages.find((message) => message.to === to && message.url && typeOf(message) === type);
    if (found) return found;
    await pause(100);
  }
  throw new Error(`no ${type} to ${to}`);
}

testEmails({ stack, open, emailTo, deletesByEmail: false });
