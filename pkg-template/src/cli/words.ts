const STEPS = [
  ["year", 31_557_600],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Formats a time, in seconds since the epoch, as `3 hours ago (2026-01-02T03:04:05.000Z)`. */
export function inWords(seconds: number, now: number): string {
  const distance = seconds - now;
  const [unit, length] = STEPS.find(([, length]) => Math.abs(distance) >= length) ?? STEPS[4];
  // With `Intl`, a command would take a fifth longer.
  const count = Math.trunc(Math.abs(distance) / length);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return `${distance > 0 ? `in ${words}` : `${words} ago`} (${new Date(seconds * 1000).toISOString()})`;
}

const MAX_TIME = 253_402_300_799;
const VERBS = {
  exp: ["expired", "expires"],
  nbf: ["valid since", "valid from"],
  iat: ["issued", "issued"],
} as const;

/** Returns a token's times in words, keyed by claim. Claims that are not times are left out. */
export function timesOf(claims: Record<string, unknown>, now: number): Record<string, string> {
  const times: Record<string, string> = {};
  for (const [claim, [past, coming]] of Object.entries(VERBS)) {
    const value = claims[claim];
    if (typeof value !== "number" || !(Math.abs(value) <= MAX_TIME)) continue;
    times[claim] = `${value <= now ? past : coming} ${inWords(value, now)}`;
  }
  return times;
}

/** Returns JSON that is safe to print in a terminal, because invisible characters are escaped. */
export function printable(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/(?!\n)\p{C}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
