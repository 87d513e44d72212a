// The text of each e-mail.

export type Kind =
  | "reset-password"
  | "verify-email"
  | "change-email-confirmation"
  | "change-email-verification"
  | "delete-account"
  | "existing-account";

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

interface Words {
  subject: string;
  /** Says why the user gets this e-mail, and what the link does. */
  why: string;
  button: string;
  /** Says what to do if the user didn't cause this e-mail. */
  otherwise: string;
}

const HOUR = "The link works for one hour.";
const IGNORE = "If it wasn't you, ignore this e-mail: nothing changes.";

const WORDS: Readonly<Record<Kind, Words>> = {
  "reset-password": {
    subject: "Set a new password",
    why: `Somebody asked to set a new password for your account. ${HOUR}`,
    button: "Set a new password",
    otherwise: IGNORE,
  },
  "verify-email": {
    subject: "Confirm your e-mail address",
    why: `Confirm that this address is yours. ${HOUR}`,
    button: "Confirm",
    otherwise: "If you don't have an account, ignore this e-mail: somebody else entered your address.",
  },
  "change-email-confirmation": {
    subject: "Change your e-mail address?",
    why: `Somebody asked to change your account's e-mail address. If you confirm, we send a link to the new one. ${HOUR}`,
    button: "Confirm the change",
    otherwise: "If it wasn't you, don't confirm, and change your password: somebody may be signed in to your account.",
  },
  "change-email-verification": {
    subject: "Confirm your new e-mail address",
    why: `Somebody wants to use this address for their account. ${HOUR}`,
    button: "Use this address",
    otherwise: IGNORE,
  },
  "delete-account": {
    subject: "Delete your account?",
    why: "Somebody asked to delete your account. This can't be undone. The link works for one day, in the browser where you are signed in.",
    button: "Delete my account",
    otherwise: "If it wasn't you, don't open the link, and change your password: somebody knows it.",
  },
  "existing-account": {
    subject: "You already have an account",
    why: "Somebody tried to sign up with this address, but it already has an account. Sign in instead.",
    button: "Sign in",
    otherwise: IGNORE,
  },
};

export function letterOf(kind: Kind, url: string): Letter {
  const { subject, why, button, otherwise } = WORDS[kind];
  const text = `${why}\n\n${url}\n\n${otherwise}\n`;
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" style="max-width:560px;margin:0 auto"><tr><td>
<h1 style="font-size:22px">${subject}</h1>
<p>${why}</p>
<p><a href="${escaped(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f3fae;color:#fff;font-weight:600;text-decoration:none">${button}</a></p>
<p style="font-size:14px">${otherwise}</p>
</td></tr></table>
</body>
</html>
`;
  return { subject, text, html };
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!);
