import { isStrictObject, signJws, verifyJwsBytes, verifyJwsClaims } from "./jws.js";
import { bcryptWithSalt, bcryptWithSaltSync } from "./password.js";

/** @internal For the package's own entries. Not part of its API: it may change with every release. */
export const internal = {
  bcryptWithSalt,
  bcryptWithSaltSync,
  isStrictObject,
  signJws,
  verifyJwsBytes,
  verifyJwsClaims,
};
