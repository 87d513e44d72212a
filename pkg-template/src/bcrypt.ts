import { type Bcrypt, createBcrypt } from "./bcrypt/api.js";

export { type Bcrypt, type BcryptRules, createBcrypt } from "./bcrypt/api.js";
export type { Callback, ProgressCallback, RandomFallback } from "./bcrypt/types.js";

/** bcryptjs's functions with the default {@link BcryptRules}; the named exports are the same functions. */
const bcrypt: Bcrypt = createBcrypt();
export default bcrypt;

/** {@link Bcrypt.compare} */
export const compare: Bcrypt["compare"] = bcrypt.compare;
/** {@link Bcrypt.compareSync} */
export const compareSync: Bcrypt["compareSync"] = bcrypt.compareSync;
/** {@link Bcrypt.decodeBase64} */
export const decodeBase64: Bcrypt["decodeBase64"] = bcrypt.decodeBase64;
/** {@link Bcrypt.encodeBase64} */
export const encodeBase64: Bcrypt["encodeBase64"] = bcrypt.encodeBase64;
/** {@link Bcrypt.genSalt} */
export const genSalt: Bcrypt["genSalt"] = bcrypt.genSalt;
/** {@link Bcrypt.genSaltSync} */
export const genSaltSync: Bcrypt["genSaltSync"] = bcrypt.genSaltSync;
/** {@link Bcrypt.getRounds} */
export const getRounds: Bcrypt["getRounds"] = bcrypt.getRounds;
/** {@link Bcrypt.getSalt} */
export const getSalt: Bcrypt["getSalt"] = bcrypt.getSalt;
/** {@link Bcrypt.hash} */
export const hash: Bcrypt["hash"] = bcrypt.hash;
/** {@link Bcrypt.hashSync} */
export const hashSync: Bcrypt["hashSync"] = bcrypt.hashSync;
/** {@link Bcrypt.setRandomFallback} */
export const setRandomFallback: Bcrypt["setRandomFallback"] = bcrypt.setRandomFallback;
/** {@link Bcrypt.truncates} */
export const truncates: Bcrypt["truncates"] = bcrypt.truncates;
