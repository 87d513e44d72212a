// Checks whether similar e-mail addresses share an account, and who can sign in to it.
import { allowedStatuses, brief, expect } from "../judge.mjs";
import { SIGN_IN, SIGN_UP } from "../people.mjs";
import { bytesIn, NotUnderstood, quoted, timesIn, unescape } from "../rows.mjs";
import { WEAK } from "../targets.mjs";

const [FIRST, SECOND] = ["correct horse of the first", "correct horse of the second"];
/** The statuses that a refused sign-up may have. */
const REFUSED = [400, 409, 422];

/** Deletes all users before a check, because several rows use the same e-mail addresses. */
const withoutUsers = (check) => async (row, targets) => {
  const worker = await targets.worker("mail", WEAK);
  for (const table of ["account", "user"]) await worker.database.prepare(`DELETE FROM "${table}"`).run();
  return check(row, worker);
};

async function once(row, worker) {
  const answer = await signUp(worker, quoted(row.name)[0], FIRST);
  expect(allowedStatuses(row).includes(answer.status), brief(answer));
}

const signUp = (worker, email, password) =>
  worker.ask({ method: "POST", target: SIGN_UP, json: { name: "Mail", email, password } });

const users = async (worker) => (await worker.database.prepare('SELECT "id", "email" FROM "user"').all()).results;

/**
 * Signs up with both addresses in turn. If the second one still contains escapes, tries it both as written and decoded.
 */
async function twice(row, worker) {
  const given = quoted(row.name);
  if (given.length < 2) throw new NotUnderstood(row.name);
  const [first, second] = forms(given);
  for (const other of new Set([second, unescape(second)])) {
    for (const table of ["account", "user"]) await worker.database.prepare(`DELETE FROM "${table}"`).run();
    await inTurn(row, worker, first, other);
  }
}

/** Parses pairs such as "café@example.test NFC" and "NFD", which stand for one address in two normalization forms. */
function forms([first, second]) {
  const form = /^(.*\S)\s+(NFK?[CD])$/s.exec(first);
  const other = /^(?:(.*\S)\s+)?(NFK?[CD])$/s.exec(second);
  if (form && other) return [form[1].normalize(form[2]), (other[1] ?? form[1]).normalize(other[2])];
  return [first, second];
}

async function inTurn(row, worker, first, second) {
  const { expected } = row;
  const one = await signUp(worker, first, FIRST);
  expect(one.status === 200 || REFUSED.includes(one.status), `the first: ${brief(one)}`);
  const two = await signUp(worker, second, SECOND);
  const statuses = `${one.status} and then ${brief(two)}`;
  expect(two.status === 200 || REFUSED.includes(two.status), statuses);
  const found = await users(worker);
  const signIn = async (email, password) => {
    const answer = await worker.ask({ method: "POST", target: SIGN_IN, json: { email, password } });
    return answer.status === 200 ? answer.json().user.id : undefined;
  };
  // Whatever the row expects, neither user may get into the other's account.
  const [mine, theirs] = [await signIn(first, FIRST), await signIn(first, SECOND)];
  expect((one.status === 200) === (mine !== undefined), `the first's password: ${statuses}`);
  expect(theirs === undefined, "the second's password opens the first's account");
  const merged = one.status === 200 && two.status === 200 && one.json().user.id === two.json().user.id;
  expect(!merged, "both are one user, with two passwords");
  if (one.status === 200) expect((await signIn(second, SECOND)) !== mine, "the second gets into the first's account");

  const refused = two.status === 400;
  const exists = [409, 422].includes(two.status);
  const rules = [
    [/not merged|separate account|never merged/i, () => two.status === 200 || refused],
    [/normalised before validation/i, () => refused || exists],
    [/one account/i, () => found.length === (one.status === 200 ? 1 : 0) && (refused || exists)],
    [/\b400\b/, () => refused],
    [/two accounts|separate/i, () => found.length === 2],
  ];
  const rule = rules.find(([pattern]) => pattern.test(expected));
  if (!rule) throw new NotUnderstood(expected);
  expect(rule[1](), `${statuses}; ${found.length} users`);
}

/** Signs up with e-mail addresses of each length given in the row's name. */
async function long(row, worker) {
  const sizes = row.name.split(",").map((part) => bytesIn(part) ?? Number(/(\d+)\+?[\s-]*char/i.exec(part)?.[1]));
  if (sizes.some((size) => !(size > 0))) throw new NotUnderstood(row.name);
  for (const size of sizes) {
    const local = "a".repeat(Math.min(64, size));
    const domain = `${"b".repeat(60)}.`.repeat(Math.ceil(size / 61));
    for (const email of [`${"a".repeat(size)}@example.test`, `${local}@${domain}test`.slice(0, size + 1)]) {
      const answer = await signUp(worker, email, FIRST);
      expect(allowedStatuses(row).includes(answer.status), `${email.length} characters: ${brief(answer)}`);
    }
  }
  expect((await users(worker)).length === 0, "an account was created");
}

async function race(row, worker) {
  const many = timesIn(`${row.name} ${row.request}`, 50);
  const email = "race@example.test";
  const spelled = (turn) => (turn % 2 === 0 ? email : email.toUpperCase());
  const answers = await Promise.all(Array.from({ length: many }, (_, turn) => signUp(worker, spelled(turn), FIRST)));
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length === 1, `${done.length} of ${many} succeeded`);
  const others = new Set(answers.filter(({ status }) => status !== 200).map(({ status, text }) => `${status} ${text}`));
  expect(others.size === 1 && REFUSED.includes(Number([...others][0].slice(0, 3))), [...others].join("; "));
  expect((await users(worker)).length === 1, "not one row in D1");
  const { results } = await worker.database
    .prepare("SELECT name FROM pragma_index_list('user') WHERE \"unique\"")
    .all();
  const columns = await Promise.all(
    results.map(({ name }) => worker.database.prepare("SELECT name FROM pragma_index_info(?)").bind(name).all()),
  );
  expect(
    columns.some(({ results: [only, ...more] }) => only.name === "email" && more.length === 0),
    "no UNIQUE index on the address",
  );
}

export const mail = {
  race: withoutUsers(race),
  twice: withoutUsers(twice),
  long: withoutUsers(long),
  once: withoutUsers(once),
};
