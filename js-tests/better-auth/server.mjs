// Runs the real Better Auth on a real SQLite database. The tests use its HTTP handler and its own client. They run with
// two versions: the newest one, and the oldest one that has the `jwt` cookie strategy.
import { createServer } from "node:http";
import { SqliteDialect } from "kysely";
import Database from "libsql";
import { generateSecret } from "edgeseal";

export const VERSIONS = ["better-auth-oldest", "better-auth"];
export const PASSWORD = "correct horse battery";

/** A database that several servers can use, one after another. */
export const createDatabase = () => new Database(":memory:");

/**
 * Starts a Better Auth server that runs until the test ends. `options` are added to the options that all tests share.
 */
export async function startServer(t, version, { db = createDatabase(), scheme = "http", ...options } = {}) {
  const { betterAuth } = await import(version);
  const { toNodeHandler } = await import(`${version}/node`);
  const migration = await import(`${version}/db${version === "better-auth" ? "/migration" : ""}`);
  const { createAuthClient } = await import(`${version}/client`);

  const server = createServer((request, response) => handler(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  const address = `http://127.0.0.1:${server.address().port}`;
  const baseURL = address.replace("http", scheme);
  const log = [];
  const secret = options.secret ?? (options.secrets ? undefined : generateSecret());
  const auth = betterAuth({
    ...(secret && { secret }),
    baseURL,
    database: { dialect: new SqliteDialect({ database: db }), type: "sqlite" },
    session: { cookieCache: { enabled: true, strategy: "jwt", maxAge: 300 } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: "debug",
      log: (level, message, ...more) => log.push([level, message, ...more.map(String)].join(" ")),
    },
    ...options,
    emailAndPassword: { enabled: true, ...options.emailAndPassword },
  });
  const handler = toNodeHandler(auth);
  await (await migration.getMigrations(auth.options)).runMigrations();
  return {
    auth,
    baseURL,
    db,
    secret,
    log,
    /** Simulates a browser: returns Better Auth's real client, which stores the cookies that it receives. */
    browser(clientOptions = {}) {
      const jar = {};
      const answers = [];
      const customFetchImpl = async (url, init = {}) => {
        const headers = new Headers(init.headers);
        headers.set("cookie", cookieHeader(jar));
        // Browsers send the origin of the page.
        headers.set("origin", baseURL);
        const answer = await fetch(String(url).replace(baseURL, address), { ...init, headers });
        keep(jar, answer.headers.getSetCookie());
        answers.push(answer);
        return answer;
      };
      const client = createAuthClient({ baseURL, fetchOptions: { customFetchImpl }, ...clientOptions });
      return { client, jar, answers, cookies: () => cookieHeader(jar) };
    },
  };
}

const cookieHeader = (jar) =>
  Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

function keep(jar, lines) {
  for (const line of lines) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (/;\s*max-age=0/i.test(line) || value === "") delete jar[name];
    else jar[name] = value;
  }
}

/** The stored hash of a user's password. */
export const storedHash = (db, email) =>
  db
    .prepare(
      "select account.password from account join user on user.id = account.userId where email = ? and providerId = 'credential'",
    )
    .get(email)?.password;

/** Stores a hash from another system, just as if that system's users had been imported. */
export const importHash = (db, email, hash) =>
  db
    .prepare(
      "update account set password = ? where userId = (select id from user where email = ?) and providerId = 'credential'",
    )
    .run(hash, email);

/** Signs up a new user. */
export async function signUp(server, email, password = PASSWORD) {
  const browser = server.browser();
  const { data, error } = await browser.client.signUp.email({ name: "Ann", email, password });
  if (error) throw new Error(`sign-up: ${error.status} ${error.code}`);
  return { ...browser, user: data.user };
}

/** Signs in, and returns the status and error code of the response. */
export async function signIn(server, email, password = PASSWORD) {
  const { error } = await server.browser().client.signIn.email({ email, password });
  return error ? `${error.status} ${error.code}` : "200";
}
