// Checks which tokens, schemes and cookie names get a request through the gateway.
import { brief, expect, expectAnswer } from "../judge.mjs";
import { DATA, ME } from "../people.mjs";
import { fill, headersIn, targetIn } from "../request.mjs";
import { bytesIn, NotUnderstood, quoted } from "../rows.mjs";
import { faulty } from "../tokens.mjs";
import { throughTheGateway } from "./corpus.mjs";

/** Checks that a request with an invalid credential gets the same response as one without a credential. */
async function refused(row, targets) {
  const [worker, a, b] = await everybody(targets);
  const headers = [];
  for (const [header, value] of headersIn(row.request)) {
    const own = header.toLowerCase() === "authorization" ? a.token : a.data;
    const filled = await fill(value, { a, b });
    headers.push([header, filled.replace(/<([^<>]*)>/g, (_, words) => credential(words, own, row, a, b))]);
  }
  const target = row.request.includes("{") ? await fill(targetOf(row.request), { a, b }) : a.tasks;
  const answer = await worker.ask({ target, headers });
  expectAnswer(row, answer);
  const bare = await worker.ask({ target });
  expect(bare.status === 401, `without anything: ${brief(bare)}`);
  expect(answer.text === bare.text, `a different body than without a token: ${answer.text.slice(0, 80)}`);
}

const targetOf = (request) => (/(?:^|\s)\{(?:ITEM|ME)/.test(request) ? targetIn(request) : "{ME}");

/**
 * The value for a placeholder `<…>`: a user's valid token, or a token with the fault that the placeholder or row
 * describes.
 */
function credential(words, own, row, a, b) {
  if (/^A(?: token| cookie)?$/.test(words)) return own;
  if (/^B(?: token| cookie)?$/.test(words)) return own === a.token ? b.token : b.data;
  try {
    return faulty(words, own, a);
  } catch (error) {
    if (error instanceof NotUnderstood) return faulty(row.name, own, a);
    throw error;
  }
}

async function scheme(row, targets) {
  const [worker, a] = await everybody(targets);
  const named = quoted(row.name)[0];
  const sent = headersIn(row.request).find(([header]) => /^authorization$/i.test(header));
  if (named === undefined || !sent) throw new NotUnderstood(row.name);
  // Keep any white space around the value, because the server has to trim it.
  const value = sent[1].replace(/<[^<>]*>/, a.token);
  const answer = await worker.ask({ target: ME, headers: [[sent[0], value]] });
  const takes = named.trim().toLowerCase() === "bearer";
  expect(answer.status === (takes ? 200 : 401), `${named || "no scheme"}: ${brief(answer)}`);
  if (takes) expect(answer.json()?.id === a.id, `${named}: another user: ${answer.text}`);
}

/** Checks that, as documented, the Worker refuses a request with two users' credentials. */
async function twoPeople(row, targets) {
  const [worker, a, b] = await everybody(targets);
  const cookie = (person) => ["Cookie", `${DATA}=${person.data}`];
  const both = /two cookies|both as cookies|cookies? of A and (?:cookies? of )?B\b(?! Bearer)/i.test(row.name)
    ? [[["Cookie", `${DATA}=${a.data}; ${DATA}=${b.data}`]], [["Cookie", `${DATA}=${b.data}; ${DATA}=${a.data}`]]]
    : [
        [cookie(a), b.bearer],
        [cookie(b), a.bearer],
      ];
  for (const headers of both) {
    for (const target of [ME, a.tasks, b.tasks]) {
      const answer = await worker.ask({ target, headers });
      const refused = [400, 401, 403].includes(answer.status);
      expect(refused || answer.status === 200, `${target}: ${brief(answer)}`);
      // According to the documentation, the Worker refuses a request if its Bearer token and its session data belong to
      // different users. It also refuses session data cookies from two users.
      expect(refused, `${target}: one of the two was accepted: ${answer.text.slice(0, 120)}`);
    }
  }
}

async function query(row, targets) {
  const [worker, a] = await everybody(targets);
  const text = `${row.name} ${row.request}`;
  const names = new Set([...text.matchAll(/[?&]([\w.-]+(?:\[\])?)=/g)].map(([, one]) => one));
  if (names.size === 0) throw new NotUnderstood(row.name);
  for (const one of names) {
    for (const token of [a.token, a.data]) {
      for (const target of [ME, a.tasks]) {
        const answer = await worker.ask({ target: `${target}?${one}=${token}` });
        expectAnswer(row, answer, `?${one}=`);
        expect(!answer.raw.includes(token), `?${one}=: the response contains the token`);
        expect(!worker.log.includes(token), `?${one}=: the log contains the token`);
      }
    }
  }
}

async function large(row, targets) {
  const [worker, a] = await everybody(targets);
  const padding = "x".repeat(bytesIn(row.name));
  const inCookie = !/authorization|bearer|token/i.test(row.name);
  const header = inCookie ? ["Cookie", `${DATA}=${a.data}; pad=${padding}`] : ["Authorization", `Bearer ${padding}`];
  expectAnswer(row, await worker.ask({ target: ME, headers: [header] }));
}

async function everybody(targets) {
  return Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
}

export const gate = { corpus: throughTheGateway, scheme, query, twoPeople, large, refused };
