import { strengthOf } from "@/lib/strength";

const WORDS = { weak: "Weak", fair: "Fair", good: "Good" };

/** Shows how strong the typed password looks. The server decides whether to accept it. */
export function StrengthHint({ password, known }: { password: string; known: readonly string[] }) {
  const { level, hint } = strengthOf(password, known);
  return (
    <div className="strength" data-level={password && level}>
      <span className="bar" aria-hidden="true" />
      <span aria-live="polite">
        {password ? `${WORDS[level]}. ${hint}` : "At least 8 characters. Three or four words are easy to remember."}
      </span>
    </div>
  );
}
