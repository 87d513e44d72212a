// Rows about claims (times, issuer, audience, subject) and the signing key.
import { AUD, b64, claims, HEADER, ISS, list, NOW, plus, SECRET, token, withClaims } from "./token.mjs";

const time = list("time");
const each = (row, claim, values, more) => {
  for (const value of values) row(`${claim} = ${value.slice(0, 40)}`, withClaims({ [claim]: value }), more);
};
{
  const expired = time.must.reject("expired", "RFC 7519 4.1.4 (on or after)");
  each(expired, "exp", [
    `${NOW - 1}`,
    `${NOW}.0`,
    `${NOW - 1}.999`,
    "1.8e9",
    "18e8",
    "0.0",
    "-1e9",
    "1e-400",
    "5e-324",
  ]);
  each(time.must.accept("ok", "RFC 7519 2 (fractions), 4.1.4"), "exp", [`${NOW}.5`, `${NOW + 1}.0`, `${NOW + 3600}`]);
  each(time.choice.accept("ok", "RFC 8259 6: one number, other forms"), "exp", ["18000008400e-1", "1.80000084E+9"]);
  each(time.choice.accept("ok", "the last second of year 9999"), "exp", ["253402300799"]);
  each(time.choice.reject("bad_claim_type", "after year 9999"), "exp", ["253402300800", "9007199254740991"]);
  const values = ["null", "false", '"1e400"', '" "', '"never"', "[]", `[[${NOW + 840}]]`, `{"$date":${NOW + 840}}`];
  const type = time.must.reject("bad_claim_type", "RFC 7519 2 NumericDate; CVE-2026-25537, CVE-2026-44459");
  each(type, "exp", [...values, "-1e400", "1e999999999", `"${NOW + 840}\\u0000"`]);
  time.should.reject("missing_claim", "exp is required here (ASVS 9.2.1)")("no exp", withClaims({ exp: undefined }));
  time.must.reject("missing_claim", "CWE-1321")(
    "exp only inside __proto__",
    token(HEADER, `${claims({ exp: undefined }).slice(0, -1)},"__proto__":{"exp":${NOW + 840}}}`),
  );
  time.choice.accept("ok", "RFC 8259 7")(
    "exp written \\u0065xp",
    token(HEADER, claims().replace('"exp"', '"\\u0065xp"')),
  );

  const early = time.must.reject("not_yet_valid", "RFC 7519 4.1.5");
  each(early, "nbf", [`${NOW}.001`, `${NOW + 60}`, "1.9e9", "253402300799"]);
  each(time.must.accept("ok", "RFC 7519 4.1.5 (on or after)"), "nbf", [
    `${NOW - 1}`,
    `${NOW}.0`,
    `${NOW - 1}.999`,
    "0",
  ]);
  each(time.choice.accept("ok", "RFC 7519 2: any number of seconds"), "nbf", ["-0", "-1", "1e-400"]);
  each(time.must.reject("bad_claim_type", "RFC 7519 2 NumericDate"), "nbf", [
    "false",
    "{}",
    '""',
    "-1e400",
    `[${NOW - 1}]`,
  ]);
  each(time.choice.reject("bad_claim_type", "before year -9999"), "nbf", ["-253402300800", "-1e308"]);

  each(time.must.accept("ok", "RFC 7519 4.1.6"), "iat", [`${NOW}`, `${NOW}.0`, "0"]);
  time.must.accept("ok", "RFC 7519 4.1.6 (optional)")("no iat", withClaims({ iat: undefined }));
  each(time.should.accept("ok", "RFC 7519 4.1.6: no condition; clocks differ"), "iat", [`${NOW}.5`, `${NOW + 1}`]);
  const odd = ["true", "[]", "{}", `"${NOW - 60}"`, "-1e400", '""'];
  each(time.should.reject("bad_claim_type", "RFC 7519 2 NumericDate"), "iat", odd);

  const tolerant = { clock_tolerance_s: 60 };
  each(time.should.accept("ok", "RFC 7519 4.1.4 (leeway of 60 s)"), "exp", [`${NOW - 59}`], tolerant);
  each(time.should.reject("expired", "leeway of 60 s is used up"), "exp", [`${NOW - 60}`, `${NOW - 61}`], tolerant);
  each(time.should.accept("ok", "leeway of 60 s"), "nbf", [`${NOW + 60}`], tolerant);
  each(time.should.reject("not_yet_valid", "leeway of 60 s is used up"), "nbf", [`${NOW + 61}`], tolerant);
  each(time.should.accept("ok", "leeway of 60 s"), "iat", [`${NOW + 60}`], tolerant);
  each(time.should.reject("not_yet_valid", "leeway of 60 s is used up"), "iat", [`${NOW + 61}`], tolerant);

  each(time.should.accept("ok", "RFC 7519 4.1.6; 60 s ahead at most"), "iat", [`${NOW + 59}`, `${NOW + 60}`]);
  const ahead = [`${NOW + 60}.001`, `${NOW + 61}`];
  each(time.should.reject("not_yet_valid", "CVE-2026-44459; over 60 s ahead"), "iat", ahead);
  const skewed = { clock_tolerance_s: 120 };
  each(time.should.accept("ok", "leeway of 120 s"), "iat", [`${NOW + 120}`], skewed);
  each(time.should.reject("not_yet_valid", "leeway of 120 s is used up"), "iat", [`${NOW + 121}`], skewed);
  const short = { clock_tolerance_s: 5 };
  each(time.should.accept("ok", "a leeway of 5 s does not lower the 60 s of iat"), "iat", [`${NOW + 60}`], short);
}

const claim = list("claim");
{
  const upper = JSON.stringify(ISS.toUpperCase());
  const iss = claim.must.reject("iss_mismatch", "RFC 8725 3.8; CVE-2025-30144, CVE-2024-53861");
  const near = [`"${ISS} "`, `" ${ISS}"`, `"${ISS.slice(0, -1)}"`, `"${ISS}.evil.test"`, upper, `"${ISS}#"`, '"https"'];
  each(iss, "iss", [...near, "true", "0", "[]", `[["${ISS}"]]`, `{"0":"${ISS}"}`, `"${ISS.replace("auth", "аuth")}"`]);
  each(claim.must.accept("ok", "RFC 8259 7"), "iss", [`"${ISS.replaceAll("/", "\\/")}"`, `"\\u0068${ISS.slice(1)}"`]);
  iss(
    "iss only inside __proto__",
    token(HEADER, `${claims({ iss: undefined }).slice(0, -1)},"__proto__":{"iss":"${ISS}"}}`),
  );
  claim.choice.accept("ok", "no issuer named: not checked")("another issuer", withClaims({ iss: '"x"' }), {
    iss: null,
  });

  const aud = claim.must.reject("aud_mismatch", "RFC 7519 4.1.3; CVE-2020-26160");
  each(aud, "aud", [
    "null",
    "true",
    "7",
    '""',
    '[""]',
    "{}",
    "[null]",
    `[["${AUD}"]]`,
    `"other ${AUD}"`,
    `"other,${AUD}"`,
    `"${AUD}/"`,
    `"${AUD.toUpperCase()}"`,
    `"${AUD}\\u0000"`,
    `{"0":"${AUD}","length":1}`,
  ]);
  aud("no aud", withClaims({ aud: undefined }));
  aud(
    "aud only inside __proto__",
    token(HEADER, `${claims({ aud: undefined }).slice(0, -1)},"__proto__":{"aud":"${AUD}"}}`),
  );
  aud("aud where the verifier names none", token(), { aud: null });
  claim.must.accept("ok", "RFC 7519 4.1.3")("no aud where the verifier names none", withClaims({ aud: undefined }), {
    aud: null,
    required: ["exp", "sub"],
  });
  const several = Array.from({ length: 99 }, (_, index) => `"other-${index}"`);
  each(claim.must.accept("ok", "RFC 7519 4.1.3 (a string or an array)"), "aud", [
    `["${AUD}"]`,
    `["other","${AUD}"]`,
    `"${AUD.replaceAll("/", "\\/")}"`,
  ]);
  each(claim.choice.accept("ok", "RFC 7519 4.1.3"), "aud", [`["${AUD}","${AUD}"]`, `[${several},"${AUD}"]`]);
  each(claim.choice.reject("bad_claim_type", "RFC 7519 4.1.3 (strings)"), "aud", [`["${AUD}",1]`, `["${AUD}",null]`]);

  const sub = claim.should.reject("bad_claim_type", "RFC 7519 4.1.2; it becomes a header or path further on");
  each(sub, "sub", ["0", "[]", '["user_01"]', '"a\\u007fb"', '"a\\u0085b"', '"a\\nb"', '"\\ud800"', '"\\udc00x"']);
  each(claim.must.accept("ok", "RFC 7519 4.1.2"), "sub", ['"ü"', '"用户"', '"\\ud83d\\ude00"', '"a b"', '"a/../b"']);
  const long = (letter, count) => `"${letter.repeat(count)}"`;
  each(claim.choice.accept("ok", "at most 1024 characters"), "sub", [long("u", 1024), long("😀", 1024), '" "']);
  each(claim.choice.reject("bad_claim_type", "at most 1024 characters"), "sub", [long("😀", 1025), long("ü", 2000)]);
  const jti = claim.choice.reject("bad_claim_type", "RFC 7519 4.1.7 (a string)");
  each(jti, "jti", ["1", "null", "[]", "true"]);
  each(claim.choice.accept("ok", "RFC 7519 4.1.7"), "jti", ['"x"', '""']);
  const names = ["Exp", "EXP", "exp ", "\\u0000exp"];
  for (const name of names)
    claim.should.accept("ok", "RFC 7519 4 (names are compared exactly)")(
      `a claim "${name}"`,
      token(HEADER, plus(`"${name}":1`)),
    );
}

const key = list("key");
{
  const signed = (secret) => token(HEADER, claims(), secret);
  const own = (secret) =>
    typeof secret === "string" ? { secret_utf8: secret } : { secret_hex: secret.toString("hex") };
  const weak = key.must.reject("weak_key", "RFC 7518 3.2 (at least 32 bytes)");
  for (const length of [0, 16, 31])
    weak(`secret of ${length} bytes`, signed(SECRET.slice(0, length)), own(SECRET.slice(0, length)));
  weak("secret of 15 letters in 30 bytes", signed("é".repeat(15)), own("é".repeat(15)));
  const repeated = key.should.reject("weak_key", "RFC 8725 3.5 (entropy)");
  for (const secret of ["x".repeat(64), "0".repeat(32), Buffer.alloc(32, 255)])
    repeated("one repeated byte as secret", signed(secret), own(secret));

  const body = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
  const pem = (what) => `-----BEGIN ${what}-----\n${body}\n-----END ${what}-----\n`;
  const material = key.should.reject("weak_key", "RFC 8725 2.1; CVE-2015-9235 (public material as HMAC secret)");
  for (const [name, secret] of [
    ...["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"].map((what) => [
      what,
      pem(what),
    ]),
    ["PGP block", pem("PGP PUBLIC KEY BLOCK")],
    ["PEM after CRLF and tab", `\r\n\t${pem("PUBLIC KEY")}`],
    ["PEM after white space and BOM", `  \ufeff${pem("PUBLIC KEY")}`],
    ["SSH2 public key file", `---- BEGIN SSH2 PUBLIC KEY ----\n${body}`],
    ["ssh-rsa line", `ssh-rsa ${body} me@host`],
    ["ecdsa line", `ecdsa-sha2-nistp256 ${body}`],
    ["hardware key line", `sk-ssh-ed25519@openssh.com ${body}`],
    ["JWK with white space", ` \n{ "crv": "P-256", "kty" : "EC", "x": "${body}" }`],
    ["symmetric JWK", `{"kty":"oct","k":"${body}"}`],
    ["JWKS", `{"keys":[{"kty":"RSA","n":"${body}"}]}`],
    ["DER certificate", Buffer.concat([Buffer.from([0x30, 0x82, 1, 2]), Buffer.from(body)])],
  ])
    material(`secret is a ${name}`, signed(secret), own(secret));
  const fine = key.must.accept("ok", "RFC 7518 3.2, RFC 2104");
  for (const [name, secret] of [
    ["32 bytes", "9f86d081884c7d659a2feaa0c55ad015"],
    ["63 bytes", `${SECRET}${SECRET}`.slice(1)],
    ["65 bytes, one over the block", `${SECRET}${SECRET}x`],
    ["200 bytes", SECRET.repeat(7).slice(24)],
    ["text beyond ASCII", "пароль-из-случайных-букв-🔑"],
    ["bytes that are not UTF-8", Buffer.from(Array.from({ length: 40 }, (_, index) => 255 - index * 3))],
  ])
    fine(`secret of ${name}`, signed(secret), own(secret));
  key.choice.accept("ok", "not at its start")(
    "secret with -----BEGIN inside",
    signed(`${SECRET}-----BEGIN`),
    own(`${SECRET}-----BEGIN`),
  );

  const other = key.must.reject("bad_signature", "RFC 7515 5.2 step 8");
  for (const [name, secret] of [
    ["an empty secret", ""],
    ["the string 'none'", "none"],
    ["the string '[object Object]'", "[object Object]"],
    ["a NUL byte", "\0"],
    ["32 NUL bytes", Buffer.alloc(32)],
    ["the secret in capitals", SECRET.toUpperCase()],
    ["the secret's hexadecimal text", Buffer.from(SECRET).toString("hex")],
    ["the secret read as hexadecimal", Buffer.from(SECRET, "hex")],
    ["the secret's base64url text", b64(SECRET)],
    ["the secret less its last letter", SECRET.slice(0, -1)],
    ["the secret and a space", `${SECRET} `],
    ["the secret after a BOM", `\ufeff${SECRET}`],
    ["the secret twice", SECRET + SECRET],
    ["the header as key", HEADER],
  ])
    other(`signed with ${name}`, signed(secret));
}

export const rows = [...time.rows, ...claim.rows, ...key.rows];
