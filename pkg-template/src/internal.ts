import { isStrictObject, openBytes, openClaims, sealJws } from "./jws.js";
import { bcryptWithSalt, bcryptWithSaltSync } from "./password.js";

/** @internal What the package's own entries are built of. No part of its API: it may change with every release. */
export const internal = { bcryptWithSalt, bcryptWithSaltSync, isStrictObject, openBytes, openClaims, sealJws };
