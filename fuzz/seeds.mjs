// The seeds for each target: the corpus's tokens, split into the parts that the target reads, and stored hashes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "../contracts/expand.mjs";

/** Longer seeds slow down every mutation and don't find anything more. */
const MAX_BYTES = 2000;

/** The programs in `targets/` define the meaning of the first byte. */
const takenApart = {
  token: ({ token }) => [token],
  header: ({ header }) => [Buffer.concat([Buffer.of(0), header])],
  claims: ({ payload }) => [payload],
  differential: ({ token, header, payload, signature }) => [
    Buffer.concat([Buffer.of(0x00), Buffer.from(token)]),
    Buffer.concat([Buffer.of(0x40), header, Buffer.from("\n"), payload]),
    Buffer.concat([Buffer.of(0x80), payload]),
    Buffer.concat([Buffer.of(0xc0), payload, Buffer.from("\n"), Buffer.from(signature)]),
  ],
};

/** A hash in every accepted encoding. */
const HASHES = [
  "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e",
  "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$wWKIMhR9lyDFvRz9YTZweA",
  "$argon2i$m=64,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
  "$argon2d$v=16$m=64,p=1,t=2$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
  "$argon2id$v=19$m=64,t=2,p=1,keyid=aaaa$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
  "argon2$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
  "bcrypt_sha256$$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$hmac-sha256$keyid=2026a$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$scrypt$ln=4,r=8,p=2$c29tZXNhbHRzb21lc2FsdA$wWKIMhR9lyDFvRz9YTZweA",
  "scrypt$16$seasalt$8$1$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
  "scrypt:16:8:1$salt$2b3515e2739e440aa48a006225369d3b",
  "$7$2U..../....salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
  "$pbkdf2-sha256$i=2,l=16$c29tZXNhbHRzb21lc2FsdA$wWKIMhR9lyDFvRz9YTZweA",
  "$pbkdf2-sha512$2$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA",
  "pbkdf2_sha256$2$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
  "pbkdf2:sha512:2$salt$2b3515e2739e440aa48a006225369d3b",
  `${"0".repeat(32)}:${"8d2e7431".repeat(16)}`,
];

/** Stored hashes from other systems, and damaged hashes. */
const others = readFileSync(new URL("../contracts/passwords.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).stored);

/** For each algorithm: the first byte, the parameters, and enough bytes for the longest salt and a password. */
const drawn = (firsts, parameters) =>
  firsts.map((first) => Buffer.concat([Buffer.of(first, ...parameters), Buffer.alloc(64, "salt"), Buffer.from("x")]));

const passwordSeeds = {
  password: [
    ...[...HASHES, ...others].map((hash) => Buffer.concat([Buffer.of(0), Buffer.from(hash)])),
    ...drawn([0x80, 0x81, 0x82, 0x83, 0x84, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4], [1, 2, 3, 4, 16, 0, 50, 65]),
  ],
  engines: drawn([0, 1, 2, 3, 4, 5, 6, 7, 9, 13, 17, 21], [1, 2, 3, 16, 32]),
};

export const targets = [...Object.keys(takenApart), ...Object.keys(passwordSeeds)];

/** Rewrites the seeds in `folder/TARGET/`. Returns the folder for each target. */
export function writeSeeds(corpus, folder) {
  rmSync(folder, { recursive: true, force: true });
  const { cases } = load(corpus);
  for (const [target, seeds] of Object.entries(passwordSeeds)) {
    mkdirSync(join(folder, target), { recursive: true });
    seeds.forEach((seed, index) => writeFileSync(join(folder, target, `${index}`), seed));
  }
  for (const [target, seedsOf] of Object.entries(takenApart)) {
    mkdirSync(join(folder, target), { recursive: true });
    for (const { id, token } of cases.filter(({ token }) => token.length <= MAX_BYTES)) {
      const [header, payload, signature] = token.split(".");
      const parts = { token, header: decoded(header), payload: decoded(payload), signature: signature ?? "" };
      seedsOf(parts).forEach((seed, index) => writeFileSync(join(folder, target, `${id}-${index}`), seed));
    }
  }
  return Object.fromEntries(targets.map((target) => [target, join(folder, target)]));
}

const decoded = (part = "") => Buffer.from(part, "base64url");
