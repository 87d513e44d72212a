const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_557_600 };

const DURATION =
  /^([+-])? ?(\d+(?:\.\d+)?) ?(?:(s|secs?|seconds?)|(m|mins?|minutes?)|(h|hrs?|hours?)|(d|days?)|(w|weeks?)|(y|yrs?|years?))( ago| from now)?$/i;

/** Converts a duration in jose's format to seconds: `"15m"`, `"2 hours"`, `"-5s"`, `"1 day ago"`. */
export function seconds(duration: unknown): number {
  const parts = typeof duration === "string" ? DURATION.exec(duration) : null;
  const [, sign, amount = "", ...rest] = parts ?? [];
  const relation = rest.pop();
  const unit = rest.find((one) => one !== undefined)?.[0]?.toLowerCase() as keyof typeof SECONDS | undefined;
  const value = unit ? Math.round(Number.parseFloat(amount) * SECONDS[unit]) : NaN;
  // A sign in combination with "ago" or "from now" is contradictory or redundant.
  if (!Number.isFinite(value) || (sign && relation)) throw new TypeError("Invalid time period format");
  return sign === "-" || relation?.toLowerCase() === " ago" ? -value : value;
}

/** Converts a date to whole seconds since the epoch. */
export const epoch = (date: Date): number => Math.floor(date.getTime() / 1000);
