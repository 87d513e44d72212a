// A user of the stack, with tokens, cookies and tasks.
import { randomBytes } from "node:crypto";
import { APP } from "./ask.mjs";

export const SIGN_UP = "/api/auth/sign-up/email";
export const SIGN_IN = "/api/auth/sign-in/email";
export const SIGN_OUT = "/api/auth/sign-out";
export const GET_SESSION = "/api/auth/get-session";
export const ME = "/api/me";

/** The names of the cookies that contain the session data and the refresh token. */
export const DATA = "__Secure-better-auth.session_data";
export const TOKEN = "__Secure-better-auth.session_token";

export const JSON_TYPE = ["Content-Type", "application/json"];

export class Person {
  static async signUp(worker, letter, changes = {}) {
    const person = new Person();
    const account = {
      name: `Person ${letter}`,
      email: `${letter.toLowerCase()}-${randomBytes(6).toString("hex")}@example.test`,
      password: `correct horse of ${randomBytes(6).toString("hex")}`,
      ...changes,
    };
    Object.assign(person, { worker, ...account });
    const answer = await worker.ask({ method: "POST", target: SIGN_UP, json: account });
    if (answer.status !== 200) throw new Error(`sign-up of a test user: ${answer.status} ${answer.text}`);
    person.opened(answer);
    person.tasks = `/api/${person.id}/tasks`;
    person.echo = `/api/${person.id}/echo`;
    return person;
  }

  /** Stores the tokens from a response that opens a session. */
  opened(answer) {
    const { token, user } = answer.json();
    Object.assign(this, { token, user, id: user.id, cookies: cookiesOf(answer) });
  }

  get data() {
    return this.cookies[DATA];
  }

  get bearer() {
    return ["Authorization", `Bearer ${this.token}`];
  }

  get cookie() {
    return ["Cookie", cookieHeader(this.cookies)];
  }

  /** The headers that a page of the app sends. */
  get page() {
    return [this.cookie, ["Origin", APP]];
  }

  signIn(changes = {}, request = {}) {
    const { email, password } = this;
    return this.worker.ask({ method: "POST", target: SIGN_IN, json: { email, password, ...changes }, ...request });
  }

  /** The id of one of the user's tasks. The task is created on first use. */
  async task() {
    this.one ??= (await this.add("a task to be left alone")).json().id;
    return this.one;
  }

  add(title, others = {}) {
    return this.worker.ask({
      method: "POST",
      target: this.tasks,
      headers: [this.bearer],
      json: { title, ...others },
    });
  }

  /** All of the user's tasks at the upstream, as text, so that tests can compare them. */
  async list() {
    const answer = await this.worker.ask({ target: `${this.tasks}?limit=100`, headers: [this.bearer] });
    if (answer.status !== 200) throw new Error(`tasks of a user: ${answer.status} ${answer.text}`);
    return answer.text;
  }

  /** Whether the refresh token is still accepted. */
  async isSignedIn() {
    const target = `${GET_SESSION}?disableCookieCache=true`;
    return (await this.worker.ask({ target, headers: [this.cookie] })).json() !== null;
  }
}

/** The cookies that a response sets, by name. Cookies that it removes are left out. */
export const cookiesOf = (answer) =>
  Object.fromEntries(
    setCookies(answer)
      .filter(({ value }) => value !== "")
      .map(({ name, value }) => [name, value]),
  );

/** Parses each `Set-Cookie` header. The returned attribute names are in lower case. */
export const setCookies = (answer) =>
  answer.all("set-cookie").map((line) => {
    const [pair, ...attributes] = line.split(/;\s*/);
    const [, name, value] = /^([^=]*)=(.*)$/.exec(pair);
    const parts = attributes.map((one) => [one.split("=")[0].toLowerCase(), one.split("=").slice(1).join("=")]);
    return { name, value, line, attributes: Object.fromEntries(parts) };
  });

export const cookieHeader = (cookies) =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
