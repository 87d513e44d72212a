/** A duration as text: `90s`, `15m`, `2h`, `7d`, `4w`. */
export type Duration = `${number}${"s" | "m" | "h" | "d" | "w"}`;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** @internal Returns a duration in seconds, or `undefined` if the text is not a duration. */
export function secondsOf(text: string): number | undefined {
  const unit = SECONDS[text.at(-1) as keyof typeof SECONDS];
  const number = text.slice(0, -1);
  return unit !== undefined && /^\d{1,10}(?:\.\d{1,3})?$/.test(number) ? Number(number) * unit : undefined;
}
