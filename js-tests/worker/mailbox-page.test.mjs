// Tests the mailbox of `npm start` with the output of the real `wrangler dev`, and with the files that `wrangler dev`
// writes.
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../../scripts/ports.mjs";
import { createProcesses } from "../../scripts/processes.mjs";
import { openMailbox } from "../../worker/mailbox/mailbox.mjs";
import { readLog } from "../../worker/mailbox/sent.mjs";
import { compatibilityDate } from "../compatibility.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

/** A Worker that sends the e-mail message in the request's body. */
const WORKER = `
export default {
  async fetch(request, env) {
    console.log("before");
    await env.EMAIL.send(await request.json());
    console.log("after");
    return new Response("sent");
  },
};`;

const LINK = "http://localhost:3000/api/auth/verify-email?token=a.b.c&callbackURL=%2F";

async function sender(t) {
  const folder = temporaryFolder("mailbox");
  writeFileSync(join(folder, "worker.js"), WORKER);
  writeFileSync(
    join(folder, "wrangler.toml"),
    `name = "sender"\nmain = "worker.js"\ncompatibility_date = "${compatibilityDate}"\n[[send_email]]\nname = "EMAIL"\n`,
  );
  const mailbox = await openMailbox();
  const printed = [];
  const running = createProcesses({ print: (_, line) => printed.push(line) });
  t.after(() => Promise.all([running.close(), mailbox.close()]));
  const [port] = await freePorts(1);
  const args = [
    "--ip",
    "127.0.0.1",
    "--port",
    `${port}`,
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
  ];
  running.launch("worker", "wrangler", ["dev", ...args], { cwd: folder, hear: mailbox.hear });
  running.report(() => {});
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300 && !(await fetch(url).catch(() => undefined)); tries += 1) await pause(100);
  const send = async (message) => {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(message) });
    assert.equal(await answer.text(), "sent");
  };
  return { mailbox, printed, send };
}

async function arrived(mailbox, count) {
  for (let waited = 0; waited < 5000; waited += 20) {
    const messages = await (await fetch(`${mailbox.url}/messages.json`)).json();
    if (messages.length >= count && messages.every(({ text }) => text)) return messages;
    await pause(20);
  }
  throw new Error(`fewer than ${count} messages arrived`);
}

test("shows what the runtime's binding sent, newest first", async (t) => {
  const { mailbox, printed, send } = await sender(t);
  const html = `<!doctype html><html><head><title>T</title></head><body><a href="${LINK.replace("&", "&amp;")}">Go</a></body></html>`;
  const text = `Hello Zoë,\n\nTo: nobody\n${LINK}\nhttps://app.example\n`;
  const sent = {
    from: { name: 'Zoë, "Tasks" & Co', email: "no-reply@app.example" },
    to: "ann@example.com",
    subject: 'Confirm <b>"it"</b>, To: Zoë',
    text,
    html,
  };
  await send(sent);
  const [message] = await arrived(mailbox, 1);
  const { id, time, ...rest } = message;
  const from = 'Zoë, "Tasks" & Co <no-reply@app.example>';
  assert.deepEqual(rest, { to: sent.to, from, subject: sent.subject, text, html, url: LINK });
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);

  await send({
    from: "a@app.example",
    to: ["bo@example.org", { name: "A, B", email: "b@b.example" }],
    subject: "2",
    text,
  });
  const [second, first] = await arrived(mailbox, 2);
  assert.deepEqual([second.to, second.from, second.html], ["bo@example.org, A, B <b@b.example>", "a@app.example", ""]);
  assert.deepEqual(first, message);
  // The rest of the output is still printed.
  const ours = printed.filter((line) => !line.includes("[wrangler:info]"));
  for (const line of ["before", "after", `e-mail to ann@example.com: ${sent.subject}`])
    assert.ok(ours.includes(line), line);
  assert.ok(!ours.some((line) => /^(From|Text|HTML): /.test(line)), ours.join("\n"));

  const page = await (await fetch(`${mailbox.url}/messages/${encodeURIComponent(id)}`)).text();
  assert.ok(page.includes("Confirm &#60;b&#62;&#34;it&#34;&#60;/b&#62;"));
  assert.match(page, /<iframe [^>]*sandbox="allow-popups [^"]*"/);
  assert.doesNotMatch(page, /allow-scripts|allow-same-origin|<b>/);
  const inside = await fetch(`${mailbox.url}/messages/${encodeURIComponent(id)}/html`);
  assert.match(
    inside.headers.get("content-security-policy"),
    /default-src 'none'.*; sandbox allow-popups (?!.*scripts)/,
  );
  assert.equal(await inside.text(), html.replace("<head>", '<head><base target="_blank" />'));
  const plain = await (await fetch(`${mailbox.url}/messages/${encodeURIComponent(id)}?view=text`)).text();
  assert.ok(plain.includes(`<a href="${LINK.replace("&", "&#38;")}" target="_blank"`));
});

test("reads only the binding's own files, and passes other lines on", () => {
  const found = [];
  const hear = readLog((message) => found.push(message));
  const path = join(temporaryFolder("mailbox"), "secret.txt");
  writeFileSync(path, "secret");
  const lines = [
    `Text: ${path}`,
    '{"event":"request"}',
    "\u001b[34msend_email binding called with MessageBuilder:\u001b[39m",
  ];
  assert.deepEqual(lines.map(hear), [lines[0], lines[1], undefined]);
  assert.deepEqual(["To: a@b.co", "other", `Text: ${path}`, "HTML: /email-html/gone.html"].map(hear), [
    undefined,
    "other",
    undefined,
    undefined,
  ]);
  assert.deepEqual(found, []);
});

test("shows the JSON files of a folder", async (t) => {
  const folder = temporaryFolder("mailbox");
  const mailbox = await openMailbox({ folder });
  t.after(() => mailbox.close());
  const list = async () => (await fetch(`${mailbox.url}/messages.json`)).json();
  assert.deepEqual(await list(), []);
  const message = {
    id: "1/2 ü",
    type: "verify-email",
    to: "a@b.co",
    from: "c@d.co",
    subject: "S",
    text: "T",
    html: "<p>H",
  };
  const whole = { ...message, url: LINK, userId: "u" };
  for (const [name, content] of [
    ["1.json", JSON.stringify(whole)],
    ["2.json", "{"],
    ["3.json", "null"],
    ["4.json", JSON.stringify({ ...whole, id: "2", html: 1 })],
    ["5.txt", JSON.stringify({ ...whole, id: "3" })],
  ]) {
    writeFileSync(join(folder, `${name}.part`), content);
    renameSync(join(folder, `${name}.part`), join(folder, name));
  }
  const [{ time, ...shown }, ...others] = await list();
  assert.deepEqual([shown, others], [whole, []]);
  assert.ok(Date.parse(time) > 0);
  const inside = await fetch(`${mailbox.url}/messages/${encodeURIComponent(message.id)}/html`);
  assert.equal(await inside.text(), '<base target="_blank" /><p>H');
});

test("serves only this computer, under its own names", async (t) => {
  const mailbox = await openMailbox();
  t.after(() => mailbox.close());
  const { port } = new URL(mailbox.url);
  const ask = (path, { host = `localhost:${port}`, method = "GET" } = {}) =>
    new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method, headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer);
      });
      asked.on("error", reject).end();
    });
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
    assert.equal((await ask("/messages.json", { host })).statusCode, 200);
  }
  for (const host of [`evil.example:${port}`, "localhost", `localhost.evil.example:${port}`, `[::1]:${port}`]) {
    for (const path of ["/", "/messages.json", "/mailbox.js"]) {
      assert.equal((await ask(path, { host })).statusCode, 421, `${host}${path}`);
    }
  }
  assert.equal((await ask("/", { method: "POST" })).statusCode, 405);
  for (const path of ["/messages/x", "/messages/x/html", "/../mailbox.mjs", "/mailbox.mjs", "//", "/%"]) {
    assert.equal((await ask(path)).statusCode, 404, path);
  }
  for (const path of ["/", "/messages.json", "/mailbox.css", "/nothing"]) {
    const { headers } = await ask(path);
    assert.match(headers["content-security-policy"], /^default-src 'none'; .*frame-ancestors 'none'$/);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["access-control-allow-origin"], undefined);
  }
});
