// Applies a token's fault to another token, for example the fault of a row in the corpus to session data.

/** The three segments of a token; undefined for any other number of them. */
const parts = (token) => (token.split(".").length === 3 ? token.split(".") : undefined);

const bytes = (segment) => Buffer.from(segment, "base64url");
const isCanonical = (segment) => bytes(segment).toString("base64url") === segment;

/**
 * Turns `token`, a row in the corpus, into another kind of token. `plain` is the token from which rows are made; its
 * text `member` is replaced with `members`. `sign(text, alg)` signs with the plain token's secret. A malformed token
 * stays unchanged.
 */
export function regraft(token, { plain, member, members, sign }) {
  const [of, row] = [parts(plain), parts(token)];
  if (!row) return token;
  const swap = (segment) => {
    // Use Latin-1, to keep bytes that are not UTF-8.
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
 * Applies the change from `plain` to `row` (added, removed or replaced letters) to `other`. Returns `row` if it can't.
 */
function changed(plain, row, other) {
  if (row === "") return row;
  if (row.startsWith(plain)) return other + row.slice(plain.length);
  if (row.endsWith(plain)) return row.slice(0, -plain.length) + other;
  if (plain.startsWith(row)) return other.slice(0, row.length - plain.length);
  if (row.length === plain.length) {
    const letters = [...other];
    // Compare from the end, because a fault may be in the last letter's unused bits.
    for (let back = 1; back <= plain.length; back++)
      if (row.at(-back) !== plain.at(-back)) letters[letters.length - back] = row.at(-back);
    return letters.join("");
  }
  return row;
}
