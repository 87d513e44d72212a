// Where each target begins: the tokens of the corpus, taken apart as that target reads its bytes.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "../contracts/expand.mjs";

/** Longer ones slow every mutation down and teach nothing that short ones don't. */
const MAX_BYTES = 2000;

/** What the first byte means stands in `targets/`. */
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

export const targets = Object.keys(takenApart);

/** Writes `folder/TARGET/…` anew; gives the folder of each target. */
export function writeSeeds(corpus, folder) {
  rmSync(folder, { recursive: true, force: true });
  const { cases } = load(corpus);
  return Object.fromEntries(
    Object.entries(takenApart).map(([target, seedsOf]) => {
      const own = join(folder, target);
      mkdirSync(own, { recursive: true });
      for (const { id, token } of cases.filter(({ token }) => token.length <= MAX_BYTES)) {
        const [header, payload, signature] = token.split(".");
        const parts = { token, header: decoded(header), payload: decoded(payload), signature: signature ?? "" };
        seedsOf(parts).forEach((seed, index) => writeFileSync(join(own, `${id}-${index}`), seed));
      }
      return [target, own];
    }),
  );
}

const decoded = (part = "") => Buffer.from(part, "base64url");
