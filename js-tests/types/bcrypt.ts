// The examples from bcryptjs's README, with only the import changed, and a comparison with the types that bcryptjs
// declares. This file is only compiled, never run.
import bcrypt from "edgeseal/bcrypt";
import * as all from "edgeseal/bcrypt";
import { type Bcrypt, compare, createBcrypt, hashSync } from "edgeseal/bcrypt";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

export function sync(): void {
  const salt = bcrypt.genSaltSync(10);
  const hash = bcrypt.hashSync("B4c0/\/", salt);
  bcrypt.compareSync("B4c0/\/", hash); // true
  bcrypt.compareSync("not_bacon", hash); // false
  isTrue<Same<typeof hash, string>>();
}

export function generated(): string {
  const hash = bcrypt.hashSync("bacon", 10);
  return hash;
}

export async function promises(): Promise<void> {
  const salt = await bcrypt.genSalt(10);
  const hash = await bcrypt.hash("B4c0/\/", salt);
  const right = await bcrypt.compare("B4c0/\/", hash); // true
  await bcrypt.compare("not_bacon", hash); // false
  await bcrypt.hash("B4c0/\/", 10);
  isTrue<Same<typeof right, boolean>>();
}

export function callbacks(hash: string): void {
  bcrypt.genSalt(10, (err, salt) => {
    bcrypt.hash("B4c0/\/", salt!, function (err, hash) {
      isTrue<Same<typeof err, Error | null>>();
      isTrue<Same<typeof hash, string | undefined>>();
    });
    err?.message;
  });
  bcrypt.compare("B4c0/\/", hash, (err, res) => {
    isTrue<Same<typeof res, boolean | undefined>>();
    err?.message;
  });
  bcrypt.hash("B4c0/\/", 10, (err, hash) => void [err, hash]);
  bcrypt.hash("bacon", 8, undefined, (percentage) => percentage.toFixed(2));
  bcrypt.genSalt((err, salt) => void [err, salt]);
  bcrypt.setRandomFallback((length) => Array.from({ length }, () => 4));
  isTrue<Same<ReturnType<typeof bcrypt.decodeBase64>, number[]>>();
  isTrue<Same<ReturnType<typeof bcrypt.encodeBase64>, string>>();
  isTrue<Same<ReturnType<typeof bcrypt.getRounds>, number>>();
  isTrue<Same<ReturnType<typeof bcrypt.truncates>, boolean>>();
  isTrue<Same<typeof all.default, Bcrypt>>();
  all.getSalt(hash);
  compare("x", hashSync("x")).then((right: boolean) => right);
}

// The two types are assignable to each other.
export const theirs: Omit<typeof import("bcryptjs"), "default"> = createBcrypt({ allowTruncate: true, maxCost: 18 });
export const mine: Bcrypt = theirs;

export function mistakes(): void {
  // @ts-expect-error the rounds must be a number
  bcrypt.genSaltSync("10");
  // @ts-expect-error the password must be text
  bcrypt.hashSync(new Uint8Array(), 10);
  // @ts-expect-error neither rounds nor salt
  void bcrypt.hash("bacon");
  // @ts-expect-error an unknown rule
  createBcrypt({ truncate: true });
}
