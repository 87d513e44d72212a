import { EdgesealError } from "./errors.js";

/** @internal What is wrong with how the package is called; names the option. */
export function misuse(option: string, must: string): EdgesealError {
  return new EdgesealError("ERR_OPTION_INVALID", `${option} must be ${must}`);
}

type Check = (value: unknown, name: string) => unknown;

/**
 * @internal Takes the known options from a caller's object: own properties
 * only (a polluted prototype sets nothing), each checked, unknown ones refused.
 */
export function take<T extends object>(
  options: T | undefined,
  checks: { readonly [K in keyof T]-?: Check },
): Partial<Record<keyof T, unknown>> {
  const taken: Partial<Record<keyof T, unknown>> = Object.create(null);
  if (options === undefined) return taken;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw misuse("the options argument", "an object");
  }
  for (const name of Object.keys(options) as (keyof T & string)[]) {
    if (!Object.hasOwn(checks, name)) {
      const known = Object.keys(checks).join(", ");
      throw new EdgesealError("ERR_OPTION_INVALID", `unknown option "${name}"; there are ${known}`);
    }
    const value = options[name];
    if (value !== undefined) taken[name] = checks[name](value, name);
  }
  return taken;
}

/** @internal An own property of a caller's object: what its prototype has is not the caller's. */
export function own<T extends object, K extends keyof T>(options: T, name: K): T[K] | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

/** @internal */
export const text: Check = (value, name) => {
  if (typeof value !== "string" || value === "") throw misuse(name, "a non-empty string");
  return value;
};

/** @internal */
export const texts: Check = (value, name) => {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === "string" && item !== "")) {
    throw misuse(name, "a non-empty array of non-empty strings");
  }
  return [...value];
};

/** @internal */
export const oneOrMore: Check = (value, name) => {
  if (typeof value === "string") return [text(value, name)];
  if (!Array.isArray(value)) throw misuse(name, "a non-empty string or an array of them");
  return texts(value, name);
};

/** @internal Seconds, at most a century of them. */
export function seconds(min: number): Check {
  const max = 3_155_760_000;
  return (value, name) => {
    if (typeof value !== "number" || !(value >= min && value <= max)) {
      throw misuse(name, `a number of seconds from ${min} to ${max}`);
    }
    return value;
  };
}

/** @internal */
export function integer(min: number, max: number): Check {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw misuse(name, `a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

/** @internal */
export const flag: Check = (value, name) => {
  if (typeof value !== "boolean") throw misuse(name, "true or false");
  return value;
};

/** @internal One or more of these, each once. */
export function someOf(...allowed: readonly string[]): Check {
  return (value, name) => {
    const each = Array.isArray(value) && value.length > 0 && value.every((one) => allowed.includes(one));
    if (!each || new Set(value).size !== value.length) {
      throw misuse(name, `an array of ${allowed.map((one) => `"${one}"`).join(", ")}`);
    }
    return [...value];
  };
}

/** @internal A Date as seconds since the epoch. */
export const date: Check = (value, name) => {
  const milliseconds = timeOf(value);
  if (Number.isNaN(milliseconds)) throw misuse(name, "a valid Date");
  return milliseconds / 1000;
};

/** Of any realm. */
function timeOf(value: unknown): number {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return Number.NaN;
  }
}

/** @internal */
export function only(...allowed: readonly string[]): Check {
  return (value, name) => {
    if (typeof value !== "string" || !allowed.includes(value)) {
      throw misuse(name, allowed.map((one) => `"${one}"`).join(" or "));
    }
    return value;
  };
}
