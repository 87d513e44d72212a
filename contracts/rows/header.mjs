// Rows about `alg` and the rest of the header.
import { createHash } from "node:crypto";
import { b64, claims, HEADER, headerPlus, list, seal, SECRET, token, VALID_PAYLOAD } from "./token.mjs";

const alg = list("alg");
{
  const none = alg.must.reject("alg_not_allowed", "RFC 8725 3.1, 3.2; CVE-2015-9235");
  const spellings = Array.from({ length: 16 }, (_, bits) =>
    [..."none"].map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter)).join(""),
  );
  for (const name of spellings) none(`alg ${name}, empty signature`, `${b64(`{"alg":"${name}"}`)}.${VALID_PAYLOAD}.`);
  for (const name of ["none", "None", "NONE", " none", "none ", "none\\u0000", "\\u006eone"])
    none(`alg "${name}" with a correct HMAC-SHA-256`, token(`{"alg":"${name}","typ":"JWT"}`));

  const other = alg.must.reject("alg_not_allowed", "RFC 8725 3.1 (algorithm confusion)");
  for (const name of [
    "RS256",
    "ES256",
    "ES256K",
    "PS256",
    "EdDSA",
    "Ed25519",
    "ML-DSA-44",
    "dir",
    "A256KW",
    "RSA-OAEP",
  ])
    other(`alg ${name} with a correct HMAC-SHA-256`, token(`{"alg":"${name}","typ":"JWT"}`));
  for (const name of ["HS384", "HS512"]) {
    const hash = name.replace("HS", "sha");
    other(`${name} correctly signed with the same secret`, token(`{"alg":"${name}"}`, claims(), SECRET, hash));
    other(`${name} named over an HMAC-SHA-256`, token(`{"alg":"${name}"}`));
  }
  const alike = [
    "HS256\\n",
    "\\tHS256",
    "HS256,none",
    "HS 256",
    "HMACSHA256",
    "SHA256",
    "H\\u0405256",
    "ＨＳ256",
    "\\ufeffHS256",
  ];
  for (const name of [...alike, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"])
    other(`alg look-alike "${name}"`, token(`{"alg":"${name}","typ":"JWT"}`));

  const type = alg.must.reject("bad_header", "RFC 7515 4.1.1 (a string, required)");
  for (const value of ["256", "true", "false", '[["HS256"]]', '["HS256","none"]', '{"toString":"HS256"}', "{}", '""'])
    type(`alg is ${value}`, token(`{"alg":${value},"typ":"JWT"}`));
  type("no alg", token('{"typ":"JWT"}'));
  type("an empty header object", token("{}"));
  type("alg one level down", token('{"header":{"alg":"HS256"}}'));
  type("alg in a member __proto__ only", token('{"__proto__":{"alg":"HS256"},"typ":"JWT"}'));
  alg.choice.accept("ok", "RFC 8259 7 (escapes are the same text)")(
    "alg value written \\u0048S256",
    token('{"alg":"\\u0048S256","typ":"JWT"}'),
  );

  const wrong = alg.must.reject("bad_signature", "RFC 7518 3.2");
  const signed = `${b64(HEADER)}.${VALID_PAYLOAD}`;
  wrong("HMAC-SHA-384 under an HS256 header", token(HEADER, claims(), SECRET, "sha384"));
  wrong("HMAC-SHA-1 under an HS256 header", token(HEADER, claims(), SECRET, "sha1"));
  const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
  wrong("SHA-256 of secret and input, no HMAC", `${signed}.${sha256(SECRET + signed)}`);
  wrong("SHA-256 of input and secret, no HMAC", `${signed}.${sha256(signed + SECRET)}`);
}

const hdr = list("hdr");
const withHeader = (row, names) => {
  for (const text of names) row(`header member ${text}`, token(headerPlus(text)));
};
{
  withHeader(hdr.must.reject("crit_unsupported", "RFC 7515 4.1.11; CVE-2025-59420"), [
    '"crit":["exp"]',
    '"crit":["exp"],"exp":1800000840',
    '"crit":["x"],"x":1',
    '"crit":["x","x"]',
    '"crit":true',
    '"crit":false',
    '"crit":0',
    '"crit":{}',
    '"crit":""',
    '"crit":[[]]',
    '"crit":[null]',
    '"\\u0063rit":["x"]',
  ]);
  withHeader(hdr.should.reject("crit_unsupported", "RFC 7797 6 (a verifier that supports b64 may accept it)"), [
    '"crit":["b64"],"b64":true',
  ]);
  withHeader(hdr.should.reject("bad_header", "RFC 8725 3.6; RFC 7797 6: no other serialization asked for"), [
    '"zip":"DEF"',
    '"enc":"A256GCM"',
    '"b64":false',
  ]);
  withHeader(hdr.choice.accept("ok", "RFC 8725 3.10: present, and never fetched or used"), [
    '"jku":"https://evil.test/jwks.json"',
    '"x5u":"https://evil.test/x.pem"',
    '"jwk":{"kty":"oct","k":"QUFB"}',
    '"x5c":["MIIB"]',
    '"x5t":"AAAA","x5t#S256":"AAAA"',
    '"cty":"JWT"',
    '"__proto__":{"crit":["x"]}',
    '"constructor":{"prototype":{"a":1}}',
  ]);
  const theirs = "attacker-controlled-key-of-32-by";
  for (const text of [
    `"jwk":{"kty":"oct","k":"${b64(theirs)}"}`,
    `"jwk":{"kty":"oct","alg":"HS256","k":"${b64(theirs)}"},"kid":"x"`,
    `"k":"${b64(theirs)}"`,
    '"jku":"https://evil.test/jwks.json","kid":"x"',
    `"x5c":["${Buffer.from(theirs).toString("base64")}"]`,
  ])
    hdr.must.reject("bad_signature", "RFC 8725 3.10; CVE-2018-0114")(
      `signed with the key in the header: ${text.slice(0, 5)}`,
      token(headerPlus(text), claims(), theirs),
    );

  const kids = [
    "",
    "x".repeat(1000),
    "ключ",
    "__proto__",
    "constructor",
    "a\\u0000b",
    "' OR 1=1 --",
    "../../etc/passwd",
  ];
  for (const kid of kids)
    hdr.choice.accept("ok", "RFC 7515 4.1.4: a hint; one secret needs none")(
      `kid "${kid.slice(0, 20)}" with the real secret`,
      token(headerPlus(`"kid":"${kid}"`)),
    );
  withHeader(hdr.choice.reject("bad_header", "RFC 7515 4.1.4 (a string)"), [
    '"kid":null',
    '"kid":true',
    '"kid":["a"]',
    '"kid":{}',
    '"kid":"\\ud800"',
  ]);

  const typed = (row, values) => {
    for (const value of values) row(`typ ${value}`, token(`{"alg":"HS256","typ":${value}}`));
  };
  hdr.must.accept("ok", "RFC 7519 5.1 (optional)")("no typ", token('{"alg":"HS256"}'));
  typed(hdr.choice.accept("ok", "RFC 7515 4.1.9 (media types: no case, application/ optional)"), [
    '"Jwt"',
    '"application/jwt"',
    '"APPLICATION/JWT"',
    '"\\u004aWT"',
  ]);
  typed(hdr.should.reject("typ_mismatch", "RFC 8725 3.11"), [
    '"refresh+jwt"',
    '"id+jwt"',
    '"logout+jwt"',
    '"dpop+jwt"',
    '"application/application/jwt"',
    '"text/jwt"',
    '"JWT "',
    '" JWT"',
    '"JWT\\u0000"',
    '"jwt;charset=utf-8"',
    '"application/"',
    '"J\\u0057T2"',
    "null",
    "true",
    "{}",
    '[["JWT"]]',
  ]);
  const required = { typ: "at+jwt" };
  const named = (typ) => token(`{"alg":"HS256","typ":"${typ}"}`);
  hdr.must.accept("ok", "RFC 9068 2.1")("at+jwt where at+jwt is required", named("at+jwt"), required);
  const caseless = hdr.choice.accept("ok", "RFC 7515 4.1.9");
  caseless("AT+JWT where at+jwt is required", named("AT+JWT"), required);
  caseless("APPLICATION/at+jwt where at+jwt is required", named("APPLICATION/at+jwt"), required);
  const purpose = hdr.should.reject("typ_mismatch", "RFC 8725 3.11; RFC 9068 4");
  purpose("JWT where at+jwt is required", named("JWT"), required);
  purpose("no typ where at+jwt is required", token('{"alg":"HS256"}'), required);
  purpose("at+jwt;v=1 where at+jwt is required", named("at+jwt;v=1"), required);

  withHeader(hdr.should.reject("bad_header", "RFC 7515 4 (member names are unique)"), [
    '"typ":"JWT"',
    '"\\u0074yp":"JWT"',
    '"kid":"a","kid":"b"',
    '"a":1,"\\u0061":2',
    '"x":{"a":1,"\\u0061":2}',
    '"x":[[{"a":{"b":1,"\\u0062":1}}]]',
    '"":1,"":2',
  ]);
  const json = hdr.must.reject("bad_header", "RFC 7515 5.2 step 3, 4 (a JSON object in UTF-8)");
  for (const text of [
    "null",
    "true",
    "1",
    '"{}"',
    '[{"alg":"HS256"}]',
    "HS256",
    " ",
    "{",
    '{"alg"}',
    '{"alg":"HS256",,}',
  ])
    json(`header JSON: ${text}`, token(text));
  json("header JSON: no-break space around", token(`\u00a0${HEADER}`));
  json("header JSON: vertical tab inside", token('{"alg":\u000b"HS256"}'));
  json("header JSON: raw newline in a string", token(headerPlus('"x":"\n"')));
  for (const [name, bytes] of [
    ["0xff", [0xff]],
    ["an overlong NUL", [0xc0, 0x80]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["a cut sequence", [0xe2, 0x82]],
    ["a code point above U+10FFFF", [0xf5, 0x80, 0x80, 0x80]],
  ])
    json(`header not UTF-8: ${name}`, seal(b64(['{"alg":"HS256","x":"', Buffer.from(bytes), '"}']), VALID_PAYLOAD));
  hdr.should.accept("ok", "RFC 8259 2 (white space)")("white space around the header", token(` \t\r\n${HEADER}\n`));
  hdr.choice.reject("bad_header", "RFC 8259 8.2")(
    "lone surrogate in an unknown member",
    token(headerPlus('"x":"\\udc00"')),
  );
  for (const [depth, row] of [
    [16, hdr.should.accept("ok", "interop")],
    [31, hdr.choice.accept("ok", "nesting 32 with the header itself")],
    [32, hdr.choice.reject("bad_header", "nesting 33 with the header itself")],
  ])
    row(`${depth} arrays in the header`, { op: "nest", part: "header", open: "[", close: "]", depth });
}

export const rows = [...alg.rows, ...hdr.rows];
