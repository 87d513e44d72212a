/** When each kind of warning was last logged, in milliseconds. Global, because bundlers may include the package twice. */
const shared = globalThis as { [logged]?: Map<string, number> };
const logged = Symbol.for("edgeseal.log");

/** Logs a warning, each kind at most once a minute, because requests from strangers must not fill a log. */
export function warnOnceAMinute(entry: string, kind: string, text: string): void {
  const last = (shared[logged] ??= new Map());
  const now = Date.now();
  if (now - (last.get(kind) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
  last.set(kind, now);
  console.warn(`${entry}: ${text}`);
}
