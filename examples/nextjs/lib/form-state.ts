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

/** The form's fields that are text. */
export function valuesOf(form: FormData): Values {
  const fields = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  // Next.js's own fields begin with `$`.
  return Object.fromEntries(fields.filter(([name]) => !name.startsWith("$")));
}

/** The next state of a form that was refused. */
export function refused({ attempt }: FormState, errors: Errors, values: Values): FormState {
  const shown = Object.entries(values).filter(([name]) => !/password/i.test(name));
  return { attempt: attempt + 1, errors, values: Object.fromEntries(shown) };
}
