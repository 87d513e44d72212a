import { secondsOf } from "./duration.js";
import { EdgesealError } from "./errors.js";

/** @internal Returns the error for an invalid argument or option. */
export function misuse(option: string, must: string): EdgesealError {
  return new EdgesealError("ERR_OPTION_INVALID", `${option} must be ${must}`);
}

/** @internal Returns the error for an option that is set to `undefined`. */
export function isUndefined(option: string): EdgesealError {
  return new EdgesealError("ERR_OPTION_INVALID", `${option} is undefined: leave it out, or set its variable`);
}

type Check = (value: unknown, name: string) => unknown;

/**
 * @internal Returns a copy without a prototype. Otherwise, the core would also read the properties of a polluted
 * prototype.
 */
export function withoutPrototype<T extends object>(members: T): T {
  return Object.assign(Object.create(null), members);
}

/** @internal A check that accepts everything, for options that are checked elsewhere. */
export const anything: Check = (value) => value;

/**
 * Options as a caller writes them: each option is either left out or set, even without `exactOptionalPropertyTypes`. If
 * an expected value could be `undefined`, for example because a variable's name is misspelled, the claim would not be
 * checked at all.
 */
export type Given<O, Options, Undefinable extends string = never, Names = KeyOf<Options>> = Options & {
  [K in keyof O]: K extends Names ? (K extends Undefinable ? O[K] : Exclude<O[K], undefined>) : never;
};

/** The names of the options. For a union type, these are the names from all of its members. */
export type KeyOf<T> = T extends unknown ? keyof T : never;

/**
 * @internal Returns whether a value is a plain object: its prototype must be `null`, or the `Object.prototype` of any
 * realm.
 */
export function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/**
 * @internal Checks the options in a caller's plain object and returns them. Reads only own properties, so that a
 * polluted prototype can't set options. Refuses unknown options, and options that are `undefined` unless `undefinable`
 * lists them.
 */
export function checkOptions<T extends object>(
  options: T | undefined,
  checks: { readonly [K in keyof T]-?: Check },
  undefinable: readonly (keyof T)[] = [],
): Partial<Record<keyof T, unknown>> {
  const checked: Partial<Record<keyof T, unknown>> = Object.create(null);
  if (options === undefined) return checked;
  if (!isPlain(options)) throw misuse("the options argument", "a plain object");
  for (const name of Object.getOwnPropertyNames(options) as (keyof T & string)[]) {
    if (!Object.hasOwn(checks, name)) {
      const known = Object.keys(checks).join(", ");
      throw new EdgesealError(
        "ERR_OPTION_INVALID",
        `unknown option ${name.length <= 24 ? `"${name}"; ` : ""}there are ${known}`,
      );
    }
    const value = options[name];
    if (value !== undefined) checked[name] = checks[name](value, name);
    else if (!undefinable.includes(name)) throw isUndefined(name);
  }
  return checked;
}

/** @internal A non-empty string. */
export const text: Check = (value, name) => {
  if (typeof value !== "string" || value === "") throw misuse(name, "a non-empty string");
  return value;
};

/** @internal Copies an array by index, without calling the caller's iterator. Holes become `undefined`. */
export function copyOf(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, place) => value[place]) : undefined;
}

/** @internal A non-empty array of non-empty strings. */
export const texts: Check = (value, name) => {
  const copy = copyOf(value);
  if (!copy?.length || !copy.every((item) => typeof item === "string" && item !== "")) {
    throw misuse(name, "a non-empty array of non-empty strings");
  }
  return copy;
};

/** @internal A non-empty string, or an array of such strings. Returns the value unchanged. */
export const textOrTexts: Check = (value, name) =>
  typeof value === "string" ? text(value, name) : oneOrMore(value, name);

/** @internal A non-empty string, or an array of such strings. Always returns an array. */
export const oneOrMore: Check = (value, name) => {
  if (typeof value === "string") return [text(value, name)];
  if (!Array.isArray(value)) throw misuse(name, "a non-empty string or an array of them");
  return texts(value, name);
};

/** @internal A number of seconds, up to a century, or a duration as text. Returns seconds. */
export function seconds(min: number): Check {
  const max = 3_155_760_000;
  return (value, name) => {
    const number = typeof value === "string" ? secondsOf(value) : value;
    if (typeof number !== "number" || !(number >= min && number <= max)) {
      throw misuse(name, `a number of seconds from ${min} to ${max}, or a text such as "15m"`);
    }
    return number;
  };
}

/** @internal A whole number in this range. */
export function integer(min: number, max: number): Check {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw misuse(name, `a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

/** @internal A boolean. */
export const flag: Check = (value, name) => {
  if (typeof value !== "boolean") throw misuse(name, "true or false");
  return value;
};

/** @internal An array with at least one of these values, without duplicates. */
export function someOf(...allowed: readonly string[]): Check {
  return (value, name) => {
    const copy = copyOf(value);
    const each = copy?.length && copy.every((one) => allowed.includes(one as string));
    if (!each || new Set(copy).size !== copy.length) {
      throw misuse(name, `an array of ${allowed.map((one) => `"${one}"`).join(", ")}`);
    }
    return copy;
  };
}

/** @internal A Date. Returns seconds since the epoch. */
export const date: Check = (value, name) => {
  const milliseconds = timeOf(value);
  if (Number.isNaN(milliseconds)) throw misuse(name, "a valid Date");
  return milliseconds / 1000;
};

/** Returns the time of a Date from any realm, or NaN for anything else. */
function timeOf(value: unknown): number {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return Number.NaN;
  }
}

/** @internal One of these values. */
export function oneOf(...allowed: readonly string[]): Check {
  return (value, name) => {
    if (typeof value !== "string" || !allowed.includes(value)) {
      throw misuse(name, allowed.map((one) => `"${one}"`).join(" or "));
    }
    return value;
  };
}
