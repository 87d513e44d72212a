// Checks that users can't reach each other's resources.
import { allowedStatuses, brief, expect } from "../judge.mjs";
import { GET_SESSION, JSON_TYPE, ME, Person, SIGN_OUT, SIGN_UP } from "../people.mjs";
import { NotUnderstood } from "../rows.mjs";
import { read } from "../tokens.mjs";

/** Requests B's task as A, under A's own path and under B's path. */
async function other(row, targets) {
  const method = /\b([A-Z]{3,7})s\b/.exec(row.name)?.[1] ?? /^([A-Z]{3,7})\b/.exec(row.request)?.[1];
  if (!method) throw new NotUnderstood(row.name);
  const [a, b] = await Promise.all([targets.person("A"), targets.person("B")]);
  const id = await b.task();
  const before = await b.list();
  const json = /^(GET|HEAD|DELETE|OPTIONS)$/.test(method) ? undefined : { title: "taken over", done: true };
  for (const headers of [[a.bearer], a.page]) {
    const ask = (target) => a.worker.ask({ method, target, headers, json });
    const [theirs, none] = [await ask(`${a.tasks}/${id}`), await ask(`${a.tasks}/${"0".repeat(id.length)}`)];
    expect(theirs.status === 404, brief(theirs));
    expect(
      theirs.text === none.text && none.status === 404,
      `a different response than for a missing task: ${brief(none)}`,
    );
    const direct = await ask(`${b.tasks}/${id}`);
    expect(direct.status === 403, `under B's own path: ${brief(direct)}`);
  }
  expect((await b.list()) === before, "B's tasks have changed");
}

async function lists(row, targets) {
  const [a, b] = await Promise.all([targets.person("A"), targets.person("B")]);
  await Promise.all([a.task(), b.task()]);
  const queries = new Set([...`${row.name} ${row.request}`.matchAll(/[?&]([\w.[\]-]+)=/g)].map(([, name]) => name));
  if (queries.size === 0) throw new NotUnderstood(row.name);
  const own = await a.list();
  for (const name of queries) {
    for (const value of [b.id, b.email, "*", ""]) {
      for (const headers of [[a.bearer], [a.cookie]]) {
        const target = `${a.tasks}?limit=100&${encodeURI(name)}=${encodeURIComponent(value)}`;
        const answer = await a.worker.ask({ target, headers });
        expect(
          answer.status === 200 ? answer.text === own : answer.status === 400,
          `?${name}=${value}: ${brief(answer)}`,
        );
      }
    }
  }
}

/** Returns an object whose members are named in a row's text, such as "userId/owner/id/role". */
const membersIn = (row, b) => {
  const words = [...row.name.matchAll(/\b[a-z_]+(?:[A-Z]\w*)?(?=\/)|(?<=\/)[a-zA-Z_]+/g)].map(([name]) => name);
  const quotedNames = [...row.request.matchAll(/"(\w+)":/g)].map(([, name]) => name);
  const names = [...new Set([...words, ...quotedNames])];
  const value = (name) =>
    /role/i.test(name) ? "admin" : /^(is|email)?(Admin|Verified)|done|ed$/.test(name) ? true : b.id;
  return Object.fromEntries(
    names.filter((name) => !["title", "name", "email", "password"].includes(name)).map((name) => [name, value(name)]),
  );
};

async function assignment(row, targets) {
  const [a, b] = await Promise.all([targets.person("A"), targets.person("B")]);
  const extra = membersIn(row, b);
  if (Object.keys(extra).length === 0) throw new NotUnderstood(row.name);
  const [mine, theirs] = [await a.task(), await b.list()];
  const updates = /update|change|patch|put/i.test(`${row.name} ${row.request}`);
  const answer = updates
    ? await a.worker.ask({
        method: "PATCH",
        target: `${a.tasks}/${mine}`,
        headers: [a.bearer],
        json: { title: "mine", ...extra },
      })
    : await a.add("mine, whatever else is said", extra);
  const named = allowedStatuses(row);
  expect(answer.status < 300 || named.includes(answer.status), brief(answer));
  expect((await b.list()) === theirs, "B's tasks have changed");
  if (answer.status >= 300) return;
  const { id, ...members } = answer.json();
  for (const [name, value] of Object.entries(extra)) expect(members[name] !== value, `${name} was taken`);
  expect(id !== extra.id, "the id was accepted");
  const kept = await a.worker.ask({ target: `${a.tasks}/${id}`, headers: [a.bearer] });
  expect(kept.status === 200, `the task is not A's: ${brief(kept)}`);
}

async function signUpBody(row, targets) {
  const worker = await targets.worker();
  const b = await targets.person("B");
  const extra = { ...membersIn(row, b), emailVerified: true };
  const email = `iso-${Date.now()}-${Math.random().toString(36).slice(2)}@example.test`;
  const json = { name: "Iso", email, password: "correct horse of iso", ...extra };
  const answer = await worker.ask({ method: "POST", target: SIGN_UP, json });
  expect(answer.status === 200 || allowedStatuses(row).includes(answer.status), brief(answer));
  const user = await worker.database.prepare('SELECT * FROM "user" WHERE "email" = ?').bind(email).first();
  if (answer.status !== 200) return expect(user === null, "refused, but created");
  expect(!user.emailVerified && !answer.json().user.emailVerified, "emailVerified was accepted");
  const { claims } = { claims: read(answer.json().token)[1] };
  for (const [name, value] of Object.entries(extra)) {
    for (const [where, found] of Object.entries({ answer: answer.json().user, row: user, token: claims }))
      expect(found[name] !== value && !(value === true && found[name] === 1), `${name} was accepted (${where})`);
  }
  return undefined;
}

/** Ends a session in the way that the row describes, then tries to use its tokens again. */
async function replay(row, targets) {
  const person = await Person.signUp(await targets.worker(), "R");
  const elsewhere = { token: person.token, cookies: person.cookies };
  const post = (endpoint, json) =>
    person.worker.ask({
      method: "POST",
      target: `/api/auth/${endpoint}`,
      headers: [...person.page, ...(json ? [] : [JSON_TYPE])],
      ...(json ? { json } : { body: "{}" }),
    });
  const { password } = person;
  const acts = [
    [
      /sign-?out|log-?out/i,
      () => person.worker.ask({ method: "POST", target: SIGN_OUT, headers: [...person.page, JSON_TYPE], body: "{}" }),
    ],
    [/password/i, () => post("change-password", { currentPassword: password, newPassword: `${password} anew` })],
    [/delet/i, () => post("delete-user", { password })],
    [/revoke|everywhere|all sessions/i, () => post("revoke-sessions", {})],
  ];
  const act = acts.find(([pattern]) => pattern.test(row.name))?.[1];
  if (!act) throw new NotUnderstood(row.name);
  const done = await act();
  expect(done.status === 200, `it failed: ${brief(done)}`);
  const session = await person.worker.ask({
    target: `${GET_SESSION}?disableCookieCache=true`,
    headers: [
      [
        "Cookie",
        Object.entries(elsewhere.cookies)
          .map((pair) => pair.join("="))
          .join("; "),
      ],
    ],
  });
  expect(session.status === 401 || session.json() === null, `the refresh token is still accepted: ${brief(session)}`);
  const again = await person.worker.ask({ target: ME, headers: [["Authorization", `Bearer ${elsewhere.token}`]] });
  const { exp, iat } = read(elsewhere.token)[1];
  // As docs/design/data-model.md says, issued tokens stay valid until they expire, at most 15 minutes later.
  expect(again.status === 401 || (again.status === 200 && exp - iat <= 900), `the old token: ${brief(again)}`);
}

export const iso = { replay, lists, signUpBody, assignment, other };
