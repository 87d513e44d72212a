// Rows about the signature, the compact form and base64url.
import {
  b64,
  claims,
  HEADER,
  list,
  mac,
  plus,
  seal,
  SECRET,
  token,
  VALID_HEADER as H,
  VALID_PAYLOAD as P,
  VALID_SIGNATURE as S,
} from "./token.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const bytes = Buffer.from(S, "base64url");

const sig = list("sig");
{
  const wrong = sig.must.reject("bad_signature", "RFC 7515 5.2 step 8");
  const signed = (signature) => `${H}.${P}.${Buffer.from(signature).toString("base64url")}`;
  for (const [at, bit] of [0, 1, 2, 3, 4, 5, 6, 7]
    .map((bit) => [31, bit])
    .concat([0, 7, 8, 15, 16, 23, 24, 30].map((at) => [at, at % 8]))) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << bit;
    wrong(`bit ${bit} of byte ${at} of the signature changed`, signed(changed));
  }
  for (const length of [2, 8, 24, 30]) wrong(`signature cut to ${length} bytes`, signed(bytes.subarray(0, length)));
  wrong("empty signature under HS256", `${H}.${P}.`);
  wrong("signature followed by a NUL byte", signed([...bytes, 0]));
  wrong("NUL byte in front of the signature", signed([0, ...bytes]));
  wrong("signature followed by 32 bytes", signed([...bytes, ...Buffer.alloc(32, 1)]));
  wrong("signature with its bytes reversed", signed([...bytes].reverse()));
  wrong("signature in hexadecimal", `${H}.${P}.${bytes.toString("hex")}`);
  wrong("signature in other case", `${H}.${P}.${S.toLowerCase()}`);
  wrong("the signature of another token", `${H}.${P}.${token(HEADER, claims({ sub: '"other"' })).split(".")[2]}`);
  wrong("signed in the other order", `${H}.${P}.${mac(`${P}.${H}`)}`);
  wrong("signed over the header only", `${H}.${P}.${mac(H)}`);
  wrong("signed with a dot more", `${H}.${P}.${mac(`${H}.${P}.`)}`);
  wrong("signed without the dot", `${H}.${P}.${mac(H + P)}`);
  wrong("a letter moved from payload to header", `${H}${P[0]}.${P.slice(1)}.${mac(`${H}.${P}`)}`);
  wrong("HMAC of the HMAC", `${H}.${P}.${mac(bytes)}`);
}

const form = list("form");
{
  const not = form.must.reject("malformed", "RFC 7515 3.1, 7.1 (three parts)");
  const plain = `${H}.${P}.${S}`;
  for (const text of [
    "",
    " ",
    "null",
    "undefined",
    "[object Object]",
    "x",
    "e30",
    "....",
    ".....",
    "a.b",
    "a.b.c",
    "..a",
  ])
    not(`"${text}"`, text);
  not("the first two parts and a dot too many", `${H}..${P}.${S}`);
  not("a dot at the end", `${plain}.`);
  not("two dots at the end: five parts", `${plain}..`);
  not("empty payload in a five-part form", `${b64('{"alg":"dir","enc":"A128CBC-HS256"}')}....`);
  not("empty header, signed", seal("", P));
  not("payload only", `.${P}.`);
  not("signature only", `..${S}`);
  for (const [name, dot] of [
    ["full-width dots", "．"],
    ["ideographic dots", "。"],
    ["percent-encoded dots", "%2E"],
    ["commas", ","],
    ["colons", ":"],
  ])
    not(`${name} between the parts`, [H, P, S].join(dot));
  not("two tokens with a comma", `${plain},${plain}`);
  not("two tokens with a space", `${plain} ${plain}`);
  not("two tokens with a newline", `${plain}\n${plain}`);
  not("two tokens end to end", plain + plain);
  for (const [name, text] of [
    ["tab", "\t"],
    ["CRLF", "\r\n"],
    ["no-break space", "\u00a0"],
    ["byte order mark", "\ufeff"],
    ["zero-width joiner", "\u200d"],
    ["NUL", "\0"],
    ["lone surrogate", "\ud800"],
  ]) {
    not(`${name} in front`, text + plain);
    not(`${name} at the end`, plain + text);
    not(`${name} after the first dot`, `${H}.${text}${P}.${S}`);
  }
  not("lower-case bearer in front", `bearer ${plain}`);
  not("wrapped at 76 characters", plain.replace(/.{76}/g, "$&\r\n"));
  not("flattened JSON serialization", JSON.stringify({ protected: H, payload: P, signature: S }));
  not("general JSON serialization", JSON.stringify({ payload: P, signatures: [{ protected: H, signature: S }] }));
  not("a token as the payload (nested, cty JWT)", token('{"alg":"HS256","cty":"JWT"}', plain));
  not("header and claims not encoded", `${HEADER}.${claims()}.${mac(`${HEADER}.${claims()}`)}`);
  not("100,000 tokens' worth of empty parts", { op: "repeat", char: "a.", bytes: 100000 }, { max_bytes: 2 ** 21 });
  not("1 MiB of dots, cap raised", { op: "repeat", char: ".", bytes: 2 ** 20 }, { max_bytes: 2 ** 21 });
  not("1 MiB of one letter, cap raised", { op: "repeat", char: "A", bytes: 2 ** 20 }, { max_bytes: 2 ** 21 });
  not("1 MiB of emoji, cap raised", { op: "repeat", char: "😀", bytes: 2 ** 18 }, { max_bytes: 2 ** 21 });
}

const base = list("b64");
{
  const strict = base.should.reject("bad_base64", "RFC 4648 3.5 (unused bits are zero); RFC 7515 2");
  /** Sets unused bits in the last base64url letter. The result is a different string that decodes to the same bytes. */
  const loose = (text, bits) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | bits];
  const ending = (text, rest) => b64(text).length % 4 === rest;
  const headers = [HEADER, `${HEADER} `, `${HEADER}  `];
  const payloads = [claims(), `${claims()} `, `${claims()}  `];
  for (const [rest, every] of [
    [2, [1, 2, 4, 8, 15]],
    [3, [1, 2, 3]],
  ]) {
    const header = headers.find((text) => ending(text, rest));
    const payload = payloads.find((text) => ending(text, rest));
    for (const bits of every) {
      strict(`header of length 4n+${rest}, unused bits ${bits}, signed`, seal(loose(b64(header), bits), P));
      strict(`payload of length 4n+${rest}, unused bits ${bits}, signed`, seal(H, loose(b64(payload), bits)));
    }
  }
  for (const bits of [1, 2, 3]) strict(`signature with unused bits ${bits}`, `${H}.${P}.${loose(S, bits)}`);

  const no = base.must.reject("bad_base64", "RFC 7515 2 (base64url, no padding, white space or other characters)");
  const open = { 2: "==", 3: "=", 0: "====" };
  const padded = (text) => text + open[text.length % 4];
  const [short] = headers.filter((text) => ending(text, 2));
  no("padded header, signed", seal(padded(b64(short)), P));
  no("padded payload, signed", seal(H, padded(b64(payloads.find((text) => ending(text, 2))))));
  no("four padding characters after a whole payload", seal(H, padded(b64(payloads.find((text) => ending(text, 0))))));
  no("percent-encoded padding", `${H}.${P}.${S}%3D`);
  no("two padding characters on the signature", `${H}.${P}.${S}==`);
  no("header of length 4n+1, signed", seal(`${b64(headers.find((text) => ending(text, 0)))}A`, P));
  no("payload of length 4n+1, signed", seal(H, `${b64(payloads.find((text) => ending(text, 0)))}A`));
  const url = b64(plus('"x":"~~~???>>>"'));
  no("payload in the standard alphabet, signed", seal(H, url.replaceAll("-", "+").replaceAll("_", "/")));
  const urlHeader = b64('{"alg":"HS256","x":"~~~???>>>"}');
  no("header in the standard alphabet, signed", seal(urlHeader.replaceAll("-", "+").replaceAll("_", "/"), P));
  const into = (text, what) => text.slice(0, 8) + what + text.slice(8);
  for (const [name, what] of [
    ["space", " "],
    ["newline", "\n"],
    ["CRLF", "\r\n"],
    ["NUL", "\0"],
    ["line separator", "\u2028"],
    ["tilde", "~"],
    ["exclamation mark", "!"],
    ["e acute", "é"],
    ["hyphen U+2010", "‐"],
    ["emoji", "😀"],
  ]) {
    no(`${name} in the header, signed`, seal(into(H, what), P));
    no(`${name} in the payload, signed`, seal(H, into(P, what)));
    no(`${name} in the signature`, `${H}.${P}.${into(S, what)}`);
  }
  // A decoder that keeps only a character's low byte reads U+0141 as "A".
  const wide = (text) => String.fromCharCode(text.charCodeAt(0) + 0x100) + text.slice(1);
  no("letter plus U+0100 in the header", `${wide(H)}.${P}.${S}`);
  no("letter plus U+0100 in the payload", `${H}.${wide(P)}.${S}`);
  no("letter plus U+0100 in the signature", `${H}.${P}.${wide(S)}`);
  base.must.reject("bad_signature", "RFC 7515 5.2")(
    "another key of the right length",
    token(HEADER, claims(), `${SECRET}!`),
  );
}

export const rows = [...sig.rows, ...form.rows, ...base.rows];
