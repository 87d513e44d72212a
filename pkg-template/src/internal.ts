import { isStrictObject, openBytes, openClaims, sealJws } from "./jws.js";

/** @internal What the package's own entries are built of. No part of its API: it may change with every release. */
export const internal = { isStrictObject, openBytes, openClaims, sealJws };
