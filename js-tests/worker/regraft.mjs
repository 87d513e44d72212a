// Copies a fault from one token to another, for example from a token in the corpus to session data.

/** Returns a token's three segments, or undefined if the token has more or fewer. */
const parts = (token) => (token.split(".").length === 3 ? token.split(".") : undefined);

const bytes = (segment) => Buffer.from(segment, "base64url");
const isCanonical = (segment) => bytes(segment).toString("base64url") === segment;

/**
 * Turns `token`, from a row in the corpus, into a different kind of token. `plain` is the valid token from which the
 * rows' tokens were made. In the payload, the text `member` is replaced with `members`. `sign(text, alg)` signs with
 * the plain token's secret. Malformed tokens are returned unchanged.
 */
export function regraft(token, { plain, member, members, sign }) {
  const [of, row] = [parts(plain), parts(token)];
  if (!row) return token;
  const swap = (segment) => {
    // Use Latin-1, which preserves even bytes that aren't valid UTF-8.
    const text = bytes(segment)
      .toString("latin1")
      .replace(latin(member), () => latin(members));
    return Buffer.from(text, "latin1").toString("base64url");
  };
  const payload = isCanonical(row[1]) ? swap(row[1]) : changed(of[1], row[1], swap(of[1]));
  const algorithm = ["HS256", "HS384", "HS512"].find((one) => sign(`${row[0]}.${row[1]}`, one) === row[2]);
  const signature = algorithm
    ? sign(`${row[0]}.${payload}`, algorithm)
    : changed(sign(`${row[0]}.${row[1]}`, "HS256"), row[2], sign(`${row[0]}.${payload}`, "HS256"));
  return `${row[0]}.${payload}.${signature}`;
}

const latin = (text) => Buffer.from(text, "utf8").toString("latin1");

/**
 * Makes the same change to `other` that turned `plain` into `row` (added, removed or replaced characters). Returns
 * `row` if that isn't possible.
 */
function changed(plain, row, other) {
  if (row === "") return row;
  if (row.startsWith(plain)) return other + row.slice(plain.length);
  if (row.endsWith(plain)) return row.slice(0, -plain.length) + other;
  if (plain.startsWith(row)) return other.slice(0, row.length - plain.length);
  if (row.length === plain.length) {
    const letters = [...other];
    // Align the texts at their ends, because a fault may be in the unused bits of the last character.
    for (let back = 1; back <= plain.length; back++)
      if (row.at(-back) !== plain.at(-back)) letters[letters.length - back] = row.at(-back);
    return letters.join("");
  }
  return row;
}
