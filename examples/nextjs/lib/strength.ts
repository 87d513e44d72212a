/** A hint, no verdict: what can be said honestly of a password without a dictionary. The Worker has one, and decides. */
export interface Strength {
  level: "weak" | "fair" | "good";
  hint: string;
}

/** How hard a password is to guess, by its length without repetitions, runs and what is known of its owner. */
export function strengthOf(password: string, known: readonly string[]): Strength {
  let rest = password.toLowerCase();
  const owner = known.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2);
  const named = owner.some((word) => rest.includes(word));
  for (const word of owner) rest = rest.replaceAll(word, "");
  const length = unguessable(rest);
  if (length < 10) {
    return {
      level: "weak",
      hint: named ? "It has your name or address in it." : "Longer is better: try three or four words.",
    };
  }
  if (length < 15) return { level: "fair", hint: "Another word makes it much better." };
  return { level: "good", hint: "Nobody guesses this, if you use it nowhere else." };
}

/** Letters that do not follow from the one before: `aaaa` and `abcd` count as little more than one. */
function unguessable(text: string): number {
  const codes = Array.from(text, (letter) => letter.codePointAt(0)!);
  const free = codes.filter((code, at) => at === 0 || Math.abs(code - codes[at - 1]!) > 1);
  return Math.min(free.length, new Set(codes).size * 2);
}
