/**
 * When each kind of warning was last logged, in milliseconds. This is global, because bundlers may include the package
 * twice.
 */
const shared = globalThis as { [logged]?: Map<string, number> };
const logged = Symbol.for("edgeseal.log");

/** Logs a warning, but each kind at most once a minute, so that nobody can fill the log by sending requests. */
export function warnOnceAMinute(entry: string, kind: string, text: string): void {
  const last = (shared[logged] ??= new Map());
  const now = Date.now();
  if (now - (last.get(kind) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
  last.set(kind, now);
  console.warn(`${entry}: ${text}`);
}
