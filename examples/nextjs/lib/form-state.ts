// What a form knows, on the server and in the browser alike.

export type Values = Readonly<Record<string, string>>;

/** What is wrong, by field. What is wrong with no field in particular is under `form`. */
export type Errors = Readonly<Record<string, string>>;

export interface FormState {
  /** Counts, so that the same error twice is told twice. */
  attempt: number;
  errors: Errors;
  /** What was typed, to be shown again where a page was loaded in between. Never a password. */
  values: Values;
  /** What went well. */
  done?: string;
}

export const UNTOUCHED: FormState = { attempt: 0, errors: {}, values: {} };

export const hasErrors = (errors: Errors) => Object.keys(errors).length > 0;

const isPassword = (name: string) => /password/i.test(name);

/** The form's fields that are text, without the spaces around it; passwords as they are. */
export function valuesOf(form: FormData): Values {
  const fields = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  // Next.js's own fields begin with `$`.
  const own = fields.filter(([name]) => !name.startsWith("$"));
  return Object.fromEntries(own.map(([name, text]) => [name, isPassword(name) ? text : text.trim()]));
}

/** The next state of a form that was refused. */
export function refused({ attempt }: FormState, errors: Errors, values: Values): FormState {
  const shown = Object.entries(values).filter(([name]) => !isPassword(name));
  return { attempt: attempt + 1, errors, values: Object.fromEntries(shown) };
}
