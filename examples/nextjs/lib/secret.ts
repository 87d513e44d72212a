import "server-only";
import { keyRing } from "edgeseal/next";

/** The Worker's `AUTH_SECRET` or, during a rotation, its `AUTH_SECRETS`, of which the first one is used for signing. */
export const secret = process.env.AUTH_SECRETS ? keyRing(process.env.AUTH_SECRETS) : process.env.AUTH_SECRET!;
