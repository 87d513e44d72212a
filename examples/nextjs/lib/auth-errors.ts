import type { Errors } from "@/lib/form-state";

/** What the Worker, or Better Auth's client, says of a refusal. */
export interface AuthFailure {
  status: number;
  code?: string | undefined;
  message?: string | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
}

/** By the Worker's codes: which field is wrong, and what to do. */
const BY_CODE: Readonly<Record<string, (passwordField: string) => Errors>> = {
  INVALID_EMAIL: () => ({ email: "Enter an e-mail address such as ann@example.com." }),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: () => ({
    email: "There is an account with this address already. Sign in, or use another address.",
  }),
  INVALID_EMAIL_OR_PASSWORD: () => ({ form: "E-mail address or password is wrong. Check both and try again." }),
  INVALID_PASSWORD: (field) => ({ [field]: "This is not your password." }),
  INVALID_ORIGIN: () => ({ form: "This app has another address than this page. Open it there and try again." }),
  BANNED_USER: () => ({ form: "This account is closed. Ask support if you think that this is wrong." }),
};

/** Codes that are about the password that is being chosen, and how it could be a better one. */
const NEW_PASSWORD: Readonly<Record<string, string>> = {
  PASSWORD_TOO_SHORT: "Use at least 8 characters.",
  PASSWORD_TOO_LONG: "This password is too long. Use at most 72 characters; accents and emoji count for more than one.",
  PASSWORD_COMPROMISED: "Too many people use this password, so it is among the first that are guessed. Choose another.",
};

/** What to say in a form, and at which field. */
export function authErrors(
  { status, code = "", retryAfter }: AuthFailure,
  { current = "password", chosen = "password" }: { current?: string; chosen?: string } = {},
): Errors {
  const ofChosen = NEW_PASSWORD[code];
  if (ofChosen) return { [chosen]: ofChosen };
  const known = BY_CODE[code];
  if (known) return known(current);
  if (status === 429) return { form: `Too many attempts. ${tryAgain(retryAfter)}` };
  if (status === 401) return { form: "You are signed out. Sign in again." };
  if (status === 0 || status >= 500) return { form: "The server does not answer right now. Try again." };
  return { form: "This was refused. Check what you entered and try again." };
}

function tryAgain(seconds = 60): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 1 ? "Wait a minute, then try again." : `Wait ${minutes} minutes, then try again.`;
}
