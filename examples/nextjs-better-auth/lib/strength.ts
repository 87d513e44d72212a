/** The estimated strength. The browser doesn't have a list of common passwords, so the server has the final say. */
export interface Strength {
  level: "weak" | "fair" | "good";
  hint: string;
}

/** Rates a password by its length, not counting repetitions, sequences, or the owner's name and address. */
export function strengthOf(password: string, known: readonly string[]): Strength {
  let rest = password.toLowerCase();
  const owner = known.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2);
  const named = owner.some((word) => rest.includes(word));
  for (const word of owner) rest = rest.replaceAll(word, "");
  const length = unguessable(rest);
  if (length < 10) {
    return {
      level: "weak",
      hint: named ? "Don't use your name or e-mail address." : "Too short. Try three or four words.",
    };
  }
  if (length < 15) return { level: "fair", hint: "Add another word to make it strong." };
  return { level: "good", hint: "Don't reuse it elsewhere." };
}

/** Counts the characters that can't be guessed from the one before: `aaaa` and `abcd` each count as one character. */
function unguessable(text: string): number {
  const codes = Array.from(text, (letter) => letter.codePointAt(0)!);
  const free = codes.filter((code, at) => at === 0 || Math.abs(code - codes[at - 1]!) > 1);
  return Math.min(free.length, new Set(codes).size * 2);
}
