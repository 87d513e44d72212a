/** When each kind of line was last written, in milliseconds. One for the process: bundlers put the package there twice. */
const shared = globalThis as { [written]?: Map<string, number> };
const written = Symbol.for("edgeseal.log");

/** Writes a warning, of each kind one a minute: what strangers send must not fill a log. */
export function warnOnceAMinute(kind: string, text: string): void {
  const last = (shared[written] ??= new Map());
  const now = Date.now();
  if (now - (last.get(kind) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
  last.set(kind, now);
  console.warn(text);
}
