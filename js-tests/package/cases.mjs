// What every runtime must do with the packed tarball: one list, run in each of them.
const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = new Date(1_800_000_000_000);
// HS256 over {"iss":"https://auth.example.test", …}, made by another implementation (Python's hmac).
const FOREIGN =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS50ZXN0IiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS50ZXN0Iiwic3ViIjoidXNlcl8wMSIsImlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwODQwfQ.LpIMMNjQu3we2klqfIrGfnNCRYcbPZBnw4AASk3-E2M";
const EXPECTED = { issuer: "https://auth.example.test", audience: "https://api.example.test" };

const same = (found, expected, what) => {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
};

/** Runs every case; gives their names, throws at the first that fails. */
export async function runCases(edgeseal) {
  const { createVerifier, verifyJwt, signJwt, hashPassword, verifyPassword, generateSecret, isEdgesealError } =
    edgeseal;
  const codeOf = async (call) => {
    try {
      await call();
    } catch (error) {
      if (!isEdgesealError(error)) throw error;
      return error.code;
    }
    return "none";
  };
  const cases = {
    "a token of another implementation verifies": () => {
      const claims = verifyJwt(FOREIGN, SECRET, { ...EXPECTED, currentDate: NOW });
      same(claims.sub, "user_01", "sub");
    },
    "a signed token verifies with a prepared verifier": () => {
      const secret = generateSecret();
      const token = signJwt({ sub: "me", nested: { a: [1, null, "ü"] } }, secret, { ...EXPECTED, expiresIn: 900 });
      const claims = createVerifier({ secret, ...EXPECTED }).verify(token);
      same(claims.exp - claims.iat, 900, "life");
      same(JSON.stringify(claims.nested), '{"a":[1,null,"ü"]}', "nested");
    },
    "a wrong signature is refused": async () => {
      const changed = FOREIGN.slice(0, -2) + (FOREIGN.at(-2) === "A" ? "B" : "A") + FOREIGN.at(-1);
      const options = { ...EXPECTED, currentDate: NOW };
      same(await codeOf(() => verifyJwt(changed, SECRET, options)), "ERR_JWT_SIGNATURE_INVALID", "code");
    },
    "an expired token is refused by claim": async () => {
      const later = new Date(NOW.getTime() + 900_000);
      try {
        verifyJwt(FOREIGN, SECRET, { ...EXPECTED, currentDate: later });
      } catch (error) {
        same(`${error.name} ${error.code} ${error.claim}`, "JwtError ERR_JWT_EXPIRED exp", "error");
        return;
      }
      throw new Error("an expired token was taken");
    },
    "what is missing or not a token is refused": async () => {
      const verifier = createVerifier({ secret: SECRET });
      for (const token of [undefined, null, "", "..", "\ud800", 5, {}, "é".repeat(9)]) {
        same(await codeOf(() => verifier.verify(token)), "ERR_JWT_MALFORMED", `code for ${String(token)}`);
      }
      same(await codeOf(() => verifier.verify("x".repeat(1 << 20))), "ERR_JWT_TOO_LARGE", "code");
      verifier.verify(signJwt({}, SECRET, { expiresIn: 1 }));
    },
    "misuse names the option": async () => {
      for (const options of [{ isuer: "x" }, { issuer: "" }, { audience: [] }, { clockTolerance: "60" }, [], "x"]) {
        same(await codeOf(() => verifyJwt(FOREIGN, SECRET, options)), "ERR_OPTION_INVALID", JSON.stringify(options));
      }
      same(await codeOf(() => createVerifier({ secret: "short" })), "ERR_KEY_WEAK", "code");
      same(await codeOf(() => createVerifier({})), "ERR_OPTION_INVALID", "code");
    },
    "a password verifies against its hash only": async () => {
      const weak = { cost: 4, allowWeakParams: true };
      const stored = await hashPassword("pässword ", weak);
      same(stored.slice(0, 7), "$2b$04$", "prefix");
      same(await verifyPassword("pässword ", stored), true, "right password");
      same(await verifyPassword("pässword", stored), false, "wrong password");
      same(await codeOf(() => hashPassword("\ud800", weak)), "ERR_PASSWORD_INVALID", "code");
      same(await codeOf(() => hashPassword("", weak)), "ERR_PASSWORD_INVALID", "code");
      same(await codeOf(() => hashPassword("x".repeat(73), weak)), "ERR_PASSWORD_TOO_LONG", "code");
      same(await codeOf(() => hashPassword("x", { cost: 9 })), "ERR_PASSWORD_PARAMS_REFUSED", "code");
      same(await codeOf(() => verifyPassword("x", "$9$")), "ERR_PASSWORD_HASH_INVALID", "code");
    },
    "claims reach no prototype": () => {
      const claims = JSON.parse('{"__proto__":{"admin":true},"constructor":1}');
      const verified = verifyJwt(signJwt(claims, SECRET, { expiresIn: 9 }), SECRET);
      same(verified.admin, undefined, "inherited claim");
      same(Object.hasOwn(verified, "__proto__"), true, "own member");
    },
  };
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
    } catch (error) {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    }
  }
  return Object.keys(cases);
}
