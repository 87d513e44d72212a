import type { Errors } from "@/lib/form-state";

/** An error from the server or from Better Auth's client. */
export interface AuthFailure {
  status: number;
  code?: string | undefined;
  message?: string | undefined;
  /** Seconds to wait before trying again. */
  retryAfter?: number | undefined;
}

const LINK = "This link has expired or was already used.";
const NO_MAIL = "This server doesn't send e-mail. Ask whoever runs this app for help.";

/** Maps each of the server's error codes to the affected field and the message to show next to it. */
const BY_CODE: Readonly<Record<string, (passwordField: string, emailField: string) => Errors>> = {
  INVALID_EMAIL: (_, field) => ({ [field]: "Enter an e-mail address such as ann@example.com." }),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: () => ({
    email: "An account with this e-mail address already exists. Sign in, or use another address.",
  }),
  INVALID_EMAIL_OR_PASSWORD: () => ({ form: "Wrong e-mail address or password. Check both and try again." }),
  INVALID_PASSWORD: (field) => ({ [field]: "This is not your password." }),
  INVALID_ORIGIN: () => ({ form: "Open this app at its usual address and try again." }),
  // For these codes, forms show a different page instead of the message.
  EMAIL_NOT_VERIFIED: () => ({ unverified: "Confirm your e-mail address first." }),
  EMAIL_ALREADY_VERIFIED: () => ({ verified: "Your e-mail address is confirmed." }),
  INVALID_TOKEN: () => ({ link: LINK }),
  TOKEN_EXPIRED: () => ({ link: LINK }),
  USER_NOT_FOUND: () => ({ link: LINK }),
  EMAIL_MISMATCH: () => ({ form: "Your e-mail address has changed. Reload this page." }),
  RESET_PASSWORD_DISABLED: () => ({ form: NO_MAIL }),
  VERIFICATION_EMAIL_NOT_ENABLED: () => ({ form: NO_MAIL }),
  CHANGE_EMAIL_DISABLED: () => ({ form: NO_MAIL }),
  BANNED_USER: () => ({ form: "This account is closed. Contact support if you think this is a mistake." }),
};

/** Maps error codes about the new password to advice on choosing a better one. */
const NEW_PASSWORD: Readonly<Record<string, string>> = {
  PASSWORD_TOO_SHORT: "Use at least 8 characters.",
  PASSWORD_TOO_LONG: "This password is too long. Use at most 72 characters; accents and emoji count for more than one.",
  PASSWORD_COMPROMISED: "This password is too common and easy to guess. Choose another one.",
};

/** The messages to show in a form, by field. */
export function authErrors(
  { status, code = "", retryAfter }: AuthFailure,
  {
    current = "password",
    chosen = "password",
    email = "email",
  }: { current?: string; chosen?: string; email?: string } = {},
): Errors {
  const ofChosen = NEW_PASSWORD[code];
  if (ofChosen) return { [chosen]: ofChosen };
  const known = BY_CODE[code];
  if (known) return known(current, email);
  if (status === 429) return { form: `Too many attempts. ${tryAgain(retryAfter)}` };
  if (status === 401) return { form: "You are signed out. Sign in again." };
  if (status === 0 || status >= 500) return { form: "The server isn't responding. Try again." };
  return { form: "That didn't work. Check what you entered and try again." };
}

function tryAgain(seconds = 60): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 1 ? "Wait a minute, then try again." : `Wait ${minutes} minutes, then try again.`;
}
