// The state of a form, on the server and in the browser.

export type Values = Readonly<Record<string, string>>;

/** Errors by field. General errors are under `form`. */
export type Errors = Readonly<Record<string, string>>;

export interface FormState {
  /** Counts attempts, so that screen readers read an error again if it recurs. */
  attempt: number;
  errors: Errors;
  /** What the user typed, except passwords, so that it can be shown again after a page load. */
  values: Values;
  /** The success message. */
  done?: string;
  /** Set once the form has made the server send an e-mail. `CheckInbox` then replaces the form. */
  sent?: Sent;
}

export interface Sent {
  /** The address that the e-mail was sent to. */
  to: string;
  /** How many times this page has sent the e-mail. */
  times: number;
}

/** The message that users see after an e-mail has been sent again. */
export const SENT = "Sent. It may take a minute to arrive.";

export const UNTOUCHED: FormState = { attempt: 0, errors: {}, values: {} };

export const hasErrors = (errors: Errors) => Object.keys(errors).length > 0;

const isPassword = (name: string) => /password/i.test(name);

/** Returns the values of the form's text fields. Trims all of them except passwords. */
export function valuesOf(form: FormData): Values {
  const fields = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  // Next.js adds its own fields, whose names start with `$`.
  const own = fields.filter(([name]) => !name.startsWith("$"));
  return Object.fromEntries(own.map(([name, text]) => [name, isPassword(name) ? text : text.trim()]));
}

/** Returns the next state of a form whose values were refused. */
export function refused({ attempt, sent }: FormState, errors: Errors, values: Values): FormState {
  const shown = Object.entries(values).filter(([name]) => !isPassword(name));
  return { attempt: attempt + 1, errors, values: Object.fromEntries(shown), ...(sent && { sent }) };
}

/** Returns the next state of a form that made the server send an e-mail. */
export function sentTo({ attempt, sent }: FormState, to: string): FormState {
  const times = (sent?.times ?? 0) + 1;
  return { attempt: attempt + 1, errors: {}, values: {}, sent: { to, times }, ...(times > 1 && { done: SENT }) };
}
