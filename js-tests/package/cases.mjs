// The cases that must pass in every runtime with the packed tarball. All runtimes share this list.
const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = new Date(1_800_000_000_000);
// {"iss":"https://auth.example.test", …}, signed with HS256 by a different implementation (Python's hmac).
const FOREIGN =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS50ZXN0IiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS50ZXN0Iiwic3ViIjoidXNlcl8wMSIsImlhdCI6MTc5OTk5OTk0MCwiZXhwIjoxODAwMDAwODQwfQ.LpIMMNjQu3we2klqfIrGfnNCRYcbPZBnw4AASk3-E2M";
const EXPECTED = { issuer: "https://auth.example.test", audience: "https://api.example.test" };

const same = (found, expected, what) => {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
};

/** The number of cases. Tests compare it with the number of cases that ran, to be sure that none was skipped. */
export const CASES = 18;

/** Runs every case and returns the names of the cases. Throws on the first failure. */
export async function runCases(edgeseal) {
  const { createVerifier, createSigner, verifyJwt, signJwt, decodeJwt, decodeProtectedHeader } = edgeseal;
  const { hashPassword, hashPasswordSync, verifyPassword, verifyPasswordSync, needsRehash } = edgeseal;
  const { passwordPresets, generateSecret, isEdgesealError, keyRing } = edgeseal;
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
      throw new Error("an expired token was accepted");
    },
    "missing and malformed tokens are refused": async () => {
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
      const jwk = { kty: "oct", k: "x".repeat(43) };
      for (const secret of [
        jwk,
        { toString: () => SECRET },
        [SECRET],
        new String(SECRET),
        null,
        Symbol("s"),
        "",
        new Uint8Array(),
      ]) {
        same(/^ERR_(KEY_WEAK|OPTION_INVALID)$/.test(await codeOf(() => verifyJwt(FOREIGN, secret))), true, "a secret");
      }
      for (const option of [Number.NaN, Infinity, -1, "60", 1e12]) {
        same(await codeOf(() => verifyJwt(FOREIGN, SECRET, { clockTolerance: option })), "ERR_OPTION_INVALID", "code");
      }
    },
    "a polluted prototype sets nothing": async () => {
      const polluted = {
        secret: SECRET,
        cacheSize: 9,
        clockTolerance: 1e9,
        audience: false,
        expiresIn: 9,
        toJSON: "x",
      };
      Object.assign(Object.prototype, polluted);
      try {
        same(await codeOf(() => createVerifier({})), "ERR_OPTION_INVALID", "secret");
        same(await codeOf(() => verifyJwt(FOREIGN, SECRET, { currentDate: NOW })), "ERR_JWT_CLAIM_INVALID", "audience");
        same(await codeOf(() => signJwt({}, SECRET, {})), "ERR_JWT_CLAIM_MISSING", "expiresIn");
        const verifier = createVerifier({ secret: SECRET, ...EXPECTED, currentDate: NOW });
        same(Object.isFrozen(verifier.verify(FOREIGN)), false, "cacheSize");
        const late = new Date(NOW.getTime() + 900_000);
        const expired = await codeOf(() => verifyJwt(FOREIGN, SECRET, { ...EXPECTED, currentDate: late }));
        same(expired, "ERR_JWT_EXPIRED", "clockTolerance");
      } finally {
        for (const name of Object.keys(polluted)) delete Object.prototype[name];
      }
    },
    "concurrent verifiers do not interfere": async () => {
      const secrets = [generateSecret(), generateSecret()];
      const verifiers = secrets.map((secret) => createVerifier({ secret, cacheSize: 4 }));
      const tokens = secrets.map((secret, n) => signJwt({ n }, secret, { expiresIn: 60 }));
      const one = async (i) => {
        await undefined;
        const [own, other] = [i % 2, (i + 1) % 2];
        same(verifiers[own].verify(tokens[own]).n, own, "claim");
        same(await codeOf(() => verifiers[own].verify(tokens[other])), "ERR_JWT_SIGNATURE_INVALID", "code");
      };
      await Promise.all(Array.from({ length: 400 }, (_, i) => one(i)));
      const { verify } = verifiers[0];
      same(verify(tokens[0]).n, 0, "passed on without its verifier");
    },
    "keys rotate by kid": async () => {
      const [old, fresh] = [generateSecret(), generateSecret()];
      const ring = [
        { kid: "2026", secret: fresh },
        { kid: "1", secret: old },
      ];
      const verifier = createVerifier({ secret: { new: fresh, old } });
      const signed = signJwt({ n: 1 }, { new: fresh, old }, { expiresIn: 60 });
      same(decodeProtectedHeader(signed).kid, "new", "kid of the signing key");
      same(verifier.verify(signed).n, 1, "by the first");
      same(verifier.verify(signJwt({ n: 2 }, old, { expiresIn: 60, keyId: "old" })).n, 2, "by kid");
      same(verifier.verify(signJwt({ n: 3 }, old, { expiresIn: 60 })).n, 3, "without kid");
      const code = (token) => codeOf(() => verifier.verify(token));
      same(await code(signJwt({}, old, { expiresIn: 60, keyId: "other" })), "ERR_KEY_UNKNOWN", "code");
      same(await code(signJwt({}, old, { expiresIn: 60, keyId: "new" })), "ERR_JWT_SIGNATURE_INVALID", "code");
      same(verifyJwt(signJwt({ n: 4 }, old, { expiresIn: 60, keyId: "any" }), old).n, 4, "a single secret");
      for (const secret of [{}, [], { "": old }, [old], new Map(), { a: "short" }, { a: 5 }]) {
        same(/OPTION|WEAK/.test(await codeOf(() => createVerifier({ secret }))), true, JSON.stringify(secret));
      }
      const numbered = signJwt({ n: 5 }, ring, { expiresIn: 9 });
      same(decodeProtectedHeader(numbered).kid, "2026", "the first signs");
      same(createVerifier({ secret: ring }).verify(numbered).n, 5, "a numeric kid");
      same(JSON.stringify(keyRing(`2026:${fresh}, 1:${old}`)), JSON.stringify(ring), "the Worker's text");
      // JavaScript sorts integer-like keys, so the package can't know which one was written first.
      const moved = await codeOf(() => createVerifier({ secret: { 2: fresh, 1: old } }));
      same(moved, "ERR_OPTION_INVALID", "numeric kids");
    },
    "other algorithms are accepted if they are configured": async () => {
      const secret = "x1".repeat(32);
      for (const algorithm of ["HS256", "HS384", "HS512"]) {
        const token = signJwt({ a: algorithm }, secret, { algorithm, expiresIn: 60 });
        same(decodeProtectedHeader(token).alg, algorithm, "alg");
        same(verifyJwt(token, secret, { algorithms: [algorithm] }).a, algorithm, "claim");
        same(verifyJwt(token, secret, { algorithms: ["HS512", "HS384", "HS256"] }).a, algorithm, "claim");
        const others = ["HS256", "HS384", "HS512"].filter((one) => one !== algorithm);
        const code = await codeOf(() => verifyJwt(token, secret, { algorithms: others }));
        same(code, "ERR_JWT_ALG_NOT_ALLOWED", "code");
      }
      same(
        await codeOf(() => signJwt({}, secret.slice(1), { algorithm: "HS512", expiresIn: 9 })),
        "ERR_KEY_WEAK",
        "code",
      );
      for (const algorithms of [[], ["none"], ["RS256"], ["HS256", "HS256"], "HS256", [["HS256"]]]) {
        same(await codeOf(() => createVerifier({ secret, algorithms })), "ERR_OPTION_INVALID", String(algorithms));
      }
    },
    "cached tokens pass every check of time again": async () => {
      const token = signJwt({ roles: [{ a: 1 }] }, SECRET, { expiresIn: 60, currentDate: NOW });
      const at = (seconds, options) => {
        const currentDate = new Date(NOW.getTime() + seconds * 1000);
        return createVerifier({ secret: SECRET, cacheSize: 2, currentDate, ...options });
      };
      const verifier = at(0);
      const claims = verifier.verify(token);
      same(verifier.verify(token), claims, "the same object");
      same(Object.isFrozen(claims) && Object.isFrozen(claims.roles[0]), true, "deeply frozen");
      same(verifyJwt(token, SECRET, { currentDate: NOW }) === claims, false, "not shared");
      // The verifier copied its Date, so a later change has no effect.
      const date = new Date(NOW);
      const moved = createVerifier({ secret: SECRET, cacheSize: 2, currentDate: date });
      moved.verify(token);
      date.setTime(0);
      same(moved.verify(token).exp, claims.exp, "copied date");
      for (let i = 0; i < 5; i++) verifier.verify(signJwt({ i }, SECRET, { expiresIn: 60, currentDate: NOW }));
      same(verifier.verify(token) === claims, false, "the oldest entry was evicted");
      verifier.free();
      same(await codeOf(() => verifier.verify(token)), "ERR_OPTION_INVALID", "code after free");
      const live = createVerifier({ secret: SECRET, cacheSize: 2 });
      const brief = signJwt({}, SECRET, { expiresIn: 1.2 });
      live.verify(brief);
      live.verify(brief);
      const end = Date.now() + 1300;
      while (Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      same(await codeOf(() => live.verify(brief)), "ERR_JWT_EXPIRED", "code after exp");
      for (const cacheSize of [-1, 0.5, "5", Infinity]) {
        same(await codeOf(() => createVerifier({ secret: SECRET, cacheSize })), "ERR_OPTION_INVALID", "code");
      }
    },
    "a prepared signer signs as signJwt does": async () => {
      const options = { ...EXPECTED, subject: "s", jwtId: "j", notBefore: 0, expiresIn: 90.5, currentDate: NOW };
      const signer = createSigner({ secret: SECRET, ...options });
      const token = signer.sign({ b: 1, a: "ü", none: undefined });
      same(token, signJwt({ b: 1, a: "ü" }, SECRET, options), "token");
      const claims = decodeJwt(token);
      same(Object.keys(claims).join(), "b,a,iat,exp,nbf,iss,aud,sub,jti", "members in order");
      same(claims.exp, 1_800_000_090.5, "exp");
      for (const bad of [
        { f: Number.NaN },
        { f: 1n },
        { f: () => 1 },
        { f: [undefined] },
        { f: new Date() },
        "x",
        null,
        [],
      ]) {
        same(await codeOf(() => signer.sign(bad)), "ERR_JWT_CLAIM_INVALID", "code");
      }
      same(await codeOf(() => signer.sign({ f: "\ud800" })), "ERR_JWT_CLAIM_INVALID", "a lone surrogate");
      same(await codeOf(() => signer.sign({ iss: "x" })), "ERR_OPTION_INVALID", "set twice");
      signer.sign({ big: "x".repeat(20_000) });
      signer.free();
      same(await codeOf(() => signer.sign({})), "ERR_OPTION_INVALID", "code after free");
    },
    "untrusted tokens are decoded strictly": async () => {
      const [header, claims] = [decodeProtectedHeader(FOREIGN), decodeJwt(FOREIGN)];
      same(`${header.typ} ${claims.sub}`, "JWT user_01", "members");
      for (const token of ["", "a.b", "..", `${FOREIGN}=`, FOREIGN.replace(".", ".."), null, "é".repeat(20)]) {
        same(await codeOf(() => decodeJwt(token)), "ERR_JWT_MALFORMED", "code");
      }
      same(await codeOf(() => decodeJwt("x".repeat(8193))), "ERR_JWT_TOO_LARGE", "code");
      same(await codeOf(() => decodeJwt(FOREIGN, { maxTokenLength: 10 })), "ERR_JWT_TOO_LARGE", "code");
    },
    "a password verifies only against its own hash": async () => {
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
    "each algorithm hashes, verifies, and recognizes its own hashes": async () => {
      const starts = {
        bcrypt: ["$2b$04$", { cost: 4 }],
        argon2id: ["$argon2id$v=19$m=64,t=2,p=1$", { memoryCost: 64 }],
        scrypt: ["$scrypt$ln=4,r=8,p=1$", { N: 16 }],
        "pbkdf2-sha256": ["$pbkdf2-sha256$i=2,l=32$", { iterations: 2 }],
        "pbkdf2-sha512": ["$pbkdf2-sha512$i=2,l=64$", { iterations: 2 }],
      };
      for (const [algorithm, [start, cost]] of Object.entries(starts)) {
        const options = { algorithm, ...cost, allowWeakParams: true };
        for (const stored of [await hashPassword("x\0y", options), hashPasswordSync("x\0y", options)]) {
          same(stored.slice(0, start.length), start, "start");
          same(await verifyPassword("x\0y", stored), true, algorithm);
          same(verifyPasswordSync("x\0z", stored), false, algorithm);
          same(needsRehash(stored, options), false, `${algorithm} of these costs`);
          same(needsRehash(stored), true, `${algorithm} below the default`);
          same(await codeOf(() => verifyPassword("x", stored.slice(0, -2))), "ERR_PASSWORD_HASH_INVALID", "cut off");
        }
        same(await codeOf(() => hashPassword("x", { algorithm, ...cost })), "ERR_PASSWORD_PARAMS_REFUSED", "floor");
      }
      const stored = await hashPassword("x", passwordPresets.argon2id);
      same(await verifyPassword("x", stored), true, "19 MiB");
      const hostile = stored.replace("m=19456", "m=4194304");
      same(await codeOf(() => verifyPassword("x", hostile)), "ERR_PASSWORD_PARAMS_REFUSED", "4 GiB");
    },
    "Better Auth's format is normalised, in text and in bytes": async () => {
      const stored =
        "00000000000000000000000000000000:8d2e74318789fbb1188cff20abc02e469eb036462cbec44c80b6da1a834660cd04b02e806062b3bb4a8dac2f662e700e813466b3f45899ef930838f90bbd9ba0";
      for (const password of ["caf\u00e9", "cafe\u0301"]) {
        same(await verifyPassword(password, stored), true, "text");
        same(await verifyPassword(new TextEncoder().encode(password), stored), true, "bytes");
      }
      same(await verifyPassword("cafe", stored), false, "another");
      same(needsRehash(stored), true, "another system's");
    },
    "a pepper is required, marked and rotated; misuse is named": async () => {
      const weak = { cost: 4, allowWeakParams: true };
      const [a, b] = [generateSecret(), generateSecret()];
      const stored = await hashPassword("x", { ...weak, pepper: { a } });
      same(stored.startsWith("$hmac-sha256$keyid=a$2b$04$"), true, "mark");
      same(await verifyPassword("x", stored, { pepper: { b, a } }), true, "rotated");
      same(await verifyPassword("y", stored, { pepper: { a } }), false, "wrong password");
      same(await codeOf(() => verifyPassword("x", stored)), "ERR_KEY_UNKNOWN", "no pepper");
      same(await codeOf(() => verifyPassword("x", stored, { pepper: { b } })), "ERR_KEY_UNKNOWN", "another");
      same(needsRehash(stored, { ...weak, pepper: { b, a } }), true, "behind");
      same(needsRehash(stored, { ...weak, pepper: { a } }), false, "current");
      same(await codeOf(() => hashPassword("x", { pepper: { a: "short" } })), "ERR_KEY_WEAK", "short");
      for (const options of [
        { algorithm: "argon2" },
        { algorithm: "argon2id", cost: 12 },
        { saltLength: 16 },
        { cost: "12" },
        { cost: 0 },
        { cost: 10.5 },
        { algorithm: "scrypt", N: 1000 },
        { algorithm: "scrypt", N: 1 },
        { pepper: a },
        { pepper: {} },
        { pepper: { "a b": a } },
        { pepper: [a] },
        { pepper: { 2: b, 1: a } },
        { maxMemory: 1 },
        { rounds: 10 },
        null,
        12,
      ]) {
        same(await codeOf(() => hashPassword("x", options)), "ERR_OPTION_INVALID", JSON.stringify(options));
      }
      for (const password of [undefined, null, 1, [1], new ArrayBuffer(2)]) {
        same(await codeOf(() => verifyPassword(password, stored, { pepper: { a } })), "ERR_OPTION_INVALID", "type");
      }
      const huge = "x".repeat(2 ** 24);
      same(await codeOf(() => verifyPassword(huge, stored)), "ERR_PASSWORD_TOO_LONG", "before it is copied");
      same(await codeOf(() => verifyPassword("x", huge)), "ERR_PASSWORD_HASH_INVALID", "before it is copied");
      same(await codeOf(() => needsRehash(huge)), "ERR_PASSWORD_HASH_INVALID", "before it is copied");
      same(await codeOf(() => verifyPassword("x", undefined)), "ERR_OPTION_INVALID", "no stored hash");
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
