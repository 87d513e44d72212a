// Chooses checks for rows from other collections. Those rows don't have a `check` field, so their group and wording
// determine the check. The rows in contracts/ have that field, so they don't need this table.
import { bytesIn } from "./rows.mjs";

const signsUp = ({ request }) => request.includes("{SIGN_UP}");
const named = (pattern) => (row) => pattern.test(row.name);
const said = (pattern) => (row) => pattern.test(`${row.name} ${row.request}`);
const always = () => true;

/** The checks for each group. The first one that matches a row is used. */
const TABLE = {
  gate: [
    ["corpus", named(/\bcorpus\b/i)],
    ["scheme", named(/^Authorization scheme/i)],
    ["query", named(/query|URL/i)],
    ["twoPeople", named(/bearer of|cookies? of|two (?:users|identities|cookies)/i)],
    ["large", (row) => bytesIn(row.name) !== undefined],
    ["refused", said(/Cookie:|Authorization:|no cookie|no header|no token/i)],
  ],
  spoof: [
    ["addresses", named(/IPv6|IPv4|\/64/i)],
    ["rotation", named(/rotat/i)],
    ["reflection", ({ request }) => /\{SIGN_(?:IN|UP)\}/.test(request)],
    ["sent", named(/sends?|header/i)],
  ],
  next: [
    ["broken", said(/throws|fails to load|poison|missing secret/i)],
    ["withHeaders", ({ name, request }) => /header/i.test(name) && /[A-Za-z][\w-]*:/.test(request)],
    ["page", named(/requested (?:as|with)/i)],
  ],
  iso: [
    ["replay", named(/replay|old token|after (?:sign-out|password)/i)],
    ["lists", named(/lists?\b/i)],
    ["signUpBody", named(/sign-?up body/i)],
    ["assignment", named(/mass assignment|in the body|create|update/i)],
    ["other", named(/of B\b|of another/i)],
  ],
  enum: [
    ["signUpTimes", (row) => signsUp(row) && /timing|time of/i.test(row.name)],
    ["signInTimes", named(/timing|time of/i)],
    ["taken", (row) => signsUp(row) && /exist|known|taken/i.test(row.name)],
    ["sameAnswer", named(/unknown|wrong password/i)],
  ],
  rate: [
    ["flood", named(/flood|parallel sign-?ups/i)],
    ["paths", named(/path spelling/i)],
    ["addresses", named(/e-?mail spelling/i)],
    ["oracle", named(/(?:correct|right) password while|while limited/i)],
    ["spraying", named(/accounts? from (?:one|a single|the same) (?:IP|address)|stuffing|spray/i)],
    ["distributed", named(/one account from|IPs|addresses/i)],
    ["plainly", ({ name, expected }) => /Retry-After|429/i.test(`${name} ${expected}`)],
  ],
  pw: [
    ["prefix", (row) => row.request.includes("{SIGN_IN}") && /prefix|first \d+|truncat/i.test(row.name)],
    ["nearly", ({ request }) => request.includes("{SIGN_IN}")],
    ["signsUp", named(/^password/i)],
  ],
  mail: [
    ["race", said(/concurrent|at once|parallel/i)],
    ["twice", named(/sign up .* then /is)],
    ["long", named(/character|MB|KB|bytes|long/i)],
    ["once", named(/sign up ['"`]/i)],
  ],
  sql: [
    ["wildcards", named(/LIKE|wildcard/i)],
    ["texts", always],
  ],
  body: [["sent", always]],
  ctype: [["crossSite", always]],
  csrf: [
    ["login", (row) => row.request.includes("{SIGN_IN}") && /login CSRF|sign-?in/i.test(row.name)],
    ["safe", named(/GET\b.*never|safe method/i)],
    ["write", named(/state-changing/i)],
  ],
  cors: [
    ["vary", named(/\bVary\b/i)],
    ["errors", named(/errors? carr/i)],
    ["granted", named(/allowed origin|trusted origin/i)],
    ["refused", always],
  ],
  cookie: [
    ["flags", named(/flags|attributes/i)],
    ["cleared", named(/clear|remove/i)],
    ["onlyThere", named(/never in|body, URL/i)],
    ["small", ({ name, expected }) => /4096|name\+value|size/i.test(`${name} ${expected}`)],
    ["fixation", named(/fixation|pre-?set/i)],
    ["injection", named(/CRLF|inject|split|; in/i)],
  ],
  hdr: [
    ["deception", named(/cache deception/i)],
    ["security", named(/headers? on/i)],
  ],
  path: [["canonical", always]],
  method: [
    ["override", named(/^override/i)],
    ["refused", always],
  ],
  redir: [["callback", always]],
  conf: [
    ["builds", named(/corpus/i)],
    ["generic", named(/errors? carr/i)],
    ["trap", named(/trap|panic|brick/i)],
    ["refuses", named(/secret|BASE_URL|ROUTES|binding|missing|database|D1/i)],
  ],
};

/**
 * Returns the name of a row's check, either from its `check` field or based on its group and wording. Returns undefined
 * if no check matches.
 */
export function checkOf(row) {
  if (row.check !== undefined) return row.check;
  const found = (TABLE[row.group] ?? []).find(([, matches]) => matches(row));
  return found && `${row.group}.${found[0]}`;
}
