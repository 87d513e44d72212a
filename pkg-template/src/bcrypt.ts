import { type Bcrypt, createBcrypt } from "./bcrypt/api.js";

export { type Bcrypt, type BcryptRules, createBcrypt } from "./bcrypt/api.js";
export type { Callback, ProgressCallback, RandomFallback } from "./bcrypt/types.js";

/** bcryptjs's functions with {@link BcryptRules} at their defaults; the named exports are the same. */
const bcrypt: Bcrypt = createBcrypt();
export default bcrypt;

export const {
  compare,
  compareSync,
  decodeBase64,
  encodeBase64,
  genSalt,
  genSaltSync,
  getRounds,
  getSalt,
  hash,
  hashSync,
  setRandomFallback,
  truncates,
} = bcrypt;
