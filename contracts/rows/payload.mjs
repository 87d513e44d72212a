// Rows about the payload as JSON: syntax, text, numbers, duplicates, prototypes, depth and size.
import { b64, claims, HEADER, list, plus, seal, token, VALID_HEADER } from "./token.mjs";

const pay = list("pay");
const added = (row, texts) => {
  for (const text of texts) row(`claims and ${text.slice(0, 60)}`, token(HEADER, plus(text)));
};
{
  const json = pay.must.reject("bad_payload", "RFC 7519 7.2 step 10 (a JSON object), RFC 8259");
  const whole = [
    "0",
    "-1",
    '""',
    '"{}"',
    "false",
    "{}{}",
    "{},",
    "[{}]",
    " ",
    "\u00a0{}",
    "undefined",
    "{a:1}",
    "{'a':1}",
  ];
  for (const text of [...whole, '{"a"}', '{"a":}', '{"a":1 "b":2}', '{"a":1,,"b":2}', "}{"])
    json(`payload ${text}`, token(HEADER, text));
  json("claims twice", token(HEADER, claims() + claims()));
  json("claims and a closing brace", token(HEADER, `${claims()}}`));
  json("claims in an array", token(HEADER, `[${claims()}]`));
  json("claims as a JSON string", token(HEADER, JSON.stringify(claims())));
  json("claims after a line comment", token(HEADER, `//\n${claims()}`));
  const numbers = [
    "01",
    "-01",
    "1.",
    ".5",
    "-",
    "1e",
    "1e+",
    "--1",
    "1_000",
    "1,5",
    "0b1",
    "0o7",
    "١",
    "-Infinity",
    "-NaN",
  ];
  added(
    json,
    numbers.map((text) => `"n":${text}`),
  );
  const words = [
    "True",
    "NULL",
    "nul",
    "undefined",
    "''",
    "`x`",
    '"a',
    '"\\"',
    '"\\u12"',
    '"\\u{41}"',
    '"\\v"',
    '"\\0"',
    '"\\U0041"',
  ];
  added(
    json,
    [...words, '"\\ud83d\\u"', "[1,]", "[,1]", "[", "]", "{", '{"a":1,}', "[1 2]", "new Date()"].map(
      (text) => `"x":${text}`,
    ),
  );
  for (const code of [0, 8, 9, 10, 13, 31])
    json(`raw control character ${code} in a string`, token(HEADER, plus(`"x":"${String.fromCharCode(code)}"`)));
  json("vertical tab between members", token(HEADER, plus('\u000b"x":1')));

  const utf8 = pay.must.reject("bad_payload", "RFC 7519 7.2 step 10, RFC 8725 3.7 (UTF-8)");
  for (const [name, bytes] of [
    ["0xff", [0xff]],
    ["0x80 alone", [0x80]],
    ["a Latin-1 letter", [0xe9]],
    ["a cut sequence of two", [0xc3]],
    ["a cut sequence of four", [0xf0, 0x9f, 0x98]],
    ["an overlong NUL", [0xc0, 0x80]],
    ["an overlong quote of three", [0xe0, 0x80, 0xa2]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["an encoded surrogate pair (CESU-8)", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ]) {
    const open = claims().slice(0, -1);
    const seals = (inside) => seal(VALID_HEADER, b64([open, ...inside, "}"]));
    utf8(`${name} in a value`, seals([',"x":"', Buffer.from(bytes), '"']));
    utf8(`${name} in a name`, seals([',"', Buffer.from(bytes), '":1']));
  }
  const wide = Buffer.from(claims(), "utf16le");
  utf8("UTF-16LE", token(HEADER, wide));
  utf8("UTF-16BE", token(HEADER, Buffer.from(wide).swap16()));
  utf8("UTF-16LE with a byte order mark", token(HEADER, Buffer.concat([Buffer.from([0xff, 0xfe]), wide])));
  pay.should.reject("bad_payload", "RFC 8259 8.1 (no byte order mark)")(
    "byte order mark in front",
    token(HEADER, `\ufeff${claims()}`),
  );
  utf8("byte order mark at the end", token(HEADER, `${claims()}\ufeff`));

  const fine = pay.must.accept("ok", "RFC 8259");
  added(fine, [
    '"x":"\\ud83d\\ude00"',
    '"x":"😀 ü ‮ "',
    '"x":"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"x":[null,true,false,0,-1,1.5,"",[],{}]',
    '"a":{"a":1},"b":[{"a":1},{"a":1}]',
    '"constructor":{"prototype":{"polluted":1}}',
    '"x":{"__proto__":{"polluted":1}}',
    '"__proto__":null',
    '"__proto__":"x"',
    '"toString":null,"valueOf":1,"toJSON":"x","then":"x","length":-1,"0":0',
    '"hasOwnProperty":null,"__defineGetter__":1,"__lookupSetter__":1',
  ]);
  fine("white space around", token(HEADER, `\t\r\n ${claims()} \n`));
  added(pay.should.accept("ok", "RFC 8259 7 (any character but the control ones)"), [
    '"x":"\u007f"',
    '"x":"\u2028\u2029"',
    '"x":"\ufffe\u{10ffff}"',
    '"é":1,"e\u0301":2',
  ]);
  added(pay.choice.accept("ok", "RFC 8259 7"), ['"":1', '"x":"\\u0000"', '"a\\u0000b":1', '"x":"\ufeff"']);
  added(pay.choice.reject("bad_payload", "RFC 8259 8.2: parsers disagree on lone surrogates"), [
    '"x":"\\udc00"',
    '"x":"\\udc00\\ud800"',
    '"x":"\\ud800\\ud800"',
    '"x":"\\ud800a"',
    '"\\ud800":1',
    '"x":{"\\udfff":[]}',
  ]);

  added(pay.should.reject("bad_payload", "RFC 7519 4 (names are unique); parsers disagree"), [
    '"iss":"https://evil.test"',
    '"aud":"other"',
    '"sub":"user_01"',
    '"nbf":0,"nbf":1900000000',
    '"\\u0065\\u0078\\u0070":1900000000',
    '"e\\u0078p":1900000000',
    '"role":"user","\\u0072ole":"admin"',
    '"x":{"a":1,"a":1}',
    '"x":[{"a":1,"\\u0061":2}]',
    '"x":{"y":{"z":[[{"a":1,"b":2,"a":3}]]}}',
    '"__proto__":1,"__proto__":2',
    '"__proto__":1,"\\u005f_proto__":2',
    '"":1,"":2',
    '"😀":1,"\\ud83d\\ude00":2',
    '"/":1,"\\/":2',
    '"a\\u0000":1,"a\\u0000":2',
    `${Array.from({ length: 99 }, (_, index) => `"k${index}":0`)},"k50":1`,
  ]);

  const number = pay.choice.accept("ok", "RFC 8259 6: as a double");
  const doubles = [
    "0.1",
    "-0.0",
    "1.0",
    "1E+2",
    "1e-7",
    "123456789.12345678",
    "1.7976931348623157e308",
    "5e-324",
    "2.2250738585072011e-308",
  ];
  const long = [
    "9007199254740993",
    "123456789012345678901234567890",
    "0.30000000000000004440892098500626",
    "8.5899973086523e9",
    "1e-400",
  ];
  added(
    number,
    [...doubles, ...long, "9".repeat(300), `0.${"1".repeat(900)}`].map((text) => `"n":${text}`),
  );
  added(pay.choice.reject("bad_payload", "no double: Infinity in one parser, an error in another"), [
    '"n":1e400',
    '"n":-1e400',
    `"n":${"9".repeat(400)}`,
    '"n":[1e309]',
    '"n":1e99999999999999999999',
  ]);
}

const size = list("size");
{
  const cap = 8192;
  // A token's header is 36 characters long and its signature 43, and there are two dots; base64url uses four characters
  // for three bytes.
  const sized = (bytes) => token(HEADER, plus(`"pad":"${"x".repeat(bytes - plus('"pad":""').length)}"`));
  size.should.accept("ok", "the cap of 8192 is inclusive")("8192 bytes", sized(6083));
  size.should.reject("too_large", "one over the cap")(`${sized(6084).length} bytes`, sized(6084));
  size.must.reject("too_large", "bytes are counted, not characters")(`${cap - 1} letters of two bytes`, {
    op: "repeat",
    char: "é",
    bytes: cap - 1,
  });
  size.choice.accept("ok", "a verifier's own cap")("its own length as the cap", token(), { max_bytes: token().length });
  size.choice.reject("too_large", "a verifier's own cap")("one byte over its own cap", token(), {
    max_bytes: token().length - 1,
  });

  const depth = (row, open, close, levels, more) =>
    row(
      `${levels} times ${open}, whatever the cap`,
      { op: "nest", open, close, depth: levels, ...more },
      { max_bytes: 2 ** 21 },
    );
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"a":', "}]"],
  ]) {
    const step = open.length === 6 ? 2 : 1;
    depth(size.should.accept("ok", "nesting 31"), open, close, 30 / step);
    depth(size.choice.accept("ok", "nesting of at most 32"), open, close, 30 / step + (step === 1 ? 1 : 0));
    depth(size.choice.reject("bad_payload", "nesting over 32"), open, close, 32 / step);
    depth(size.should.reject("bad_payload", "no stack overflow"), open, close, 128);
    if (step === 2) continue;
    depth(size.should.reject("bad_payload", "no stack overflow; CVE-2025-52999"), open, close, 100_000);
    depth(size.must.reject("bad_signature", "no stack overflow before the HMAC"), open, close, 100_000, {
      sign: false,
    });
    depth(size.must.reject("bad_header", "no stack overflow before the HMAC"), open, close, 100_000, {
      part: "header",
      sign: false,
    });
  }
  depth(size.must.reject("bad_payload", "no stack overflow"), "[", "", 500_000);

  const raised = { max_bytes: 2 ** 21 };
  const open = size.must.reject("bad_signature", "an unsigned token costs little");
  const accepted = size.should.accept("ok", "linear time in a token of 1 MiB");
  const mib = 700 * 1024; // Almost 1 MiB as base64url.
  for (const [name, text] of [
    ["letters", "x"],
    ["escapes", "\\u0061"],
    ["emoji", "😀"],
    ["backslashes", "\\\\"],
  ]) {
    accepted(`1 MiB of ${name} in a claim`, { op: "pad_claim", bytes: mib, text }, raised);
    open(
      `1 MiB of ${name} in the header, not signed`,
      { op: "pad_claim", part: "header", bytes: mib, text, sign: false },
      raised,
    );
  }
  // All names are checked for duplicates, so a check that takes quadratic time would be noticed.
  accepted("20,000 claims", { op: "many_claims", count: 20_000 }, raised);
  accepted(
    "10,000 claims with a long common start",
    { op: "many_claims", count: 10_000, prefix: "k".repeat(50) },
    raised,
  );
  open("20,000 header members, not signed", { op: "many_claims", part: "header", count: 20_000, sign: false }, raised);
  const digits = size.choice.reject("bad_payload", "a number too large for a double");
  digits("700,000 digits in a claim", { op: "big_number", digits: mib }, raised);
  digits("700,000 digits in the header", { op: "big_number", part: "header", digits: mib, sign: false }, raised);
}

export const rows = [...pay.rows, ...size.rows];
