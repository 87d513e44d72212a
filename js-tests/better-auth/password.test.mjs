// Tests the password hooks with hostile passwords and damaged stored hashes.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import bcryptjs from "bcryptjs";
import { hashPassword } from "edgeseal";
import { password } from "edgeseal/better-auth";
import { importHash, PASSWORD, signIn, signUp, startServer, storedHash, VERSIONS } from "./server.mjs";

const BCRYPT = { algorithm: "bcrypt", cost: 10 };
const LONG = "ä".repeat(40);
const served = async (t, version, policy, options = {}) =>
  startServer(t, version, { emailAndPassword: { password: password(policy), ...options } });

for (const version of VERSIONS) {
  test(`${version}: argon2id, the default, accepts all passwords that Better Auth accepts`, async (t) => {
    const server = await served(t, version);
    const longest = "ä".repeat(128);
    await signUp(server, "ann@example.com", longest);
    assert.match(storedHash(server.db, "ann@example.com"), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(await signIn(server, "ann@example.com", longest), "200");
    assert.equal(await signIn(server, "ann@example.com", longest.slice(1)), "401 INVALID_EMAIL_OR_PASSWORD");
    // The password must exceed our own limit, because the oldest supported version of Better Auth doesn't check the
    // length at sign-in.
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      assert.equal(await signIn(server, email, "a".repeat(5000)), "400 PASSWORD_TOO_LONG", email);
    }
  });

  test(`${version}: passwords that bcrypt would truncate are refused, for known and unknown addresses alike`, async (t) => {
    const server = await served(t, version, BCRYPT);
    const { client } = await signUp(server, "ann@example.com");
    await assert.rejects(signUp(server, "bob@example.com", LONG), { message: "sign-up: 400 PASSWORD_TOO_LONG" });
    const { error } = await client.changePassword({ currentPassword: PASSWORD, newPassword: LONG });
    assert.deepEqual([error.status, error.code], [400, "PASSWORD_TOO_LONG"]);
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      assert.equal(await signIn(server, email, LONG), "400 PASSWORD_TOO_LONG", email);
    }
    assert.equal(await signIn(server, "ann@example.com"), "200");
  });

  test(`${version}: users with a long password from another system can sign in, also with bcrypt`, async (t) => {
    const server = await served(t, version, BCRYPT);
    await signUp(server, "ann@example.com");
    for (const old of [await hashPassword(LONG, { algorithm: "argon2id" }), await bcryptjs.hash(LONG, 10)]) {
      importHash(server.db, "ann@example.com", old);
      assert.equal(await signIn(server, "ann@example.com", LONG), "200");
    }
  });

  test(`${version}: a password matches in every Unicode form, and an imported one as it was typed`, async (t) => {
    const server = await served(t, version, BCRYPT);
    const [composed, decomposed] = ["zoë \ufb01nd 王".normalize("NFC"), "zoë \ufb01nd 王".normalize("NFD")];
    await signUp(server, "ann@example.com", decomposed);
    assert.ok(await bcryptjs.compare(composed.normalize("NFKC"), storedHash(server.db, "ann@example.com")));
    for (const typed of [composed, decomposed, composed.normalize("NFKC")]) {
      assert.equal(await signIn(server, "ann@example.com", typed), "200");
    }
    assert.equal(await signIn(server, "ann@example.com", "zoe find 王"), "401 INVALID_EMAIL_OR_PASSWORD");
    importHash(server.db, "ann@example.com", await hashPassword(decomposed, BCRYPT));
    assert.equal(await signIn(server, "ann@example.com", decomposed), "200");
  });

  test(`${version}: malformed Unicode is a bad request, for known and unknown addresses alike`, async (t) => {
    const server = await served(t, version);
    await signUp(server, "ann@example.com");
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      assert.equal(await signIn(server, email, "\ud800 broken text"), "400 INVALID_PASSWORD", email);
    }
    await assert.rejects(signUp(server, "bob@example.com", "\ud800 broken text"), {
      message: "sign-up: 400 INVALID_PASSWORD",
    });
  });

  test(`${version}: a damaged stored hash matches no password, and is logged once`, async (t) => {
    const error = mock.method(console, "error", () => {});
    t.after(() => error.mock.restore());
    mock.timers.enable({ apis: ["Date"], now: Date.now() + VERSIONS.indexOf(version) * 100_000 });
    t.after(() => mock.timers.reset());
    const server = await served(t, version);
    await signUp(server, "ann@example.com");
    const hostile =
      "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ";
    for (const damaged of ["damaged", "$2b$10$short", ":", hostile]) {
      importHash(server.db, "ann@example.com", damaged);
      assert.equal(await signIn(server, "ann@example.com"), "401 INVALID_EMAIL_OR_PASSWORD", damaged);
    }
    const lines = error.mock.calls
      .map(({ arguments: [line] }) => String(line))
      .filter((line) => line.includes("edgeseal"));
    assert.deepEqual(lines, [
      "edgeseal/better-auth: a stored hash was refused (ERR_PASSWORD_HASH_INVALID): its user needs a new password",
    ]);
  });
}

test("a missing pepper is a server error, not a wrong password", async () => {
  const [first, second] = ["a", "b"].map((id) => ({ pepper: { [id]: id.repeat(16) + "0123456789abcdef" } }));
  const hash = await password({ ...BCRYPT, ...first }).hash(PASSWORD);
  assert.equal(await password({ ...BCRYPT, ...first }).verify({ hash, password: PASSWORD }), true);
  await assert.rejects(password({ ...BCRYPT, ...second }).verify({ hash, password: PASSWORD }), {
    code: "ERR_KEY_UNKNOWN",
  });
});

test("a policy is checked when it is created, and later changes have no effect", async () => {
  for (const [policy, code] of [
    [{}, "ERR_OPTION_INVALID"],
    [null, "ERR_OPTION_INVALID"],
    ["bcrypt", "ERR_OPTION_INVALID"],
    [{ algorithm: "md5" }, "ERR_OPTION_INVALID"],
    [{ algorithm: "bcrypt", memoryCost: 19456 }, "ERR_OPTION_INVALID"],
    [{ algorithm: "bcrypt", cost: 4 }, "ERR_PASSWORD_PARAMS_REFUSED"],
    [{ algorithm: "bcrypt", pepper: { a: "short" } }, "ERR_KEY_WEAK"],
  ]) {
    assert.throws(() => password(policy), { code }, JSON.stringify(policy));
  }
  const policy = { ...BCRYPT };
  const passwords = password(policy);
  policy.algorithm = "argon2id";
  assert.match(await passwords.hash(PASSWORD), /^\$2b\$10\$/);
});
