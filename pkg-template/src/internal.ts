import { isStrictObject, signJws, verifyJwsBytes, verifyJwsClaims } from "./jws.js";
import { signMac, verifyMac } from "./mac.js";
import { bcryptWithSalt, bcryptWithSaltSync } from "./password.js";

/** @internal Only for the package's own entries. This is not part of the API, and may change in any release. */
export const internal = {
  bcryptWithSalt,
  bcryptWithSaltSync,
  isStrictObject,
  signJws,
  signMac,
  verifyJwsBytes,
  verifyJwsClaims,
  verifyMac,
};
