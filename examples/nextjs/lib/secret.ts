import "server-only";
import { keyRing } from "edgeseal/next";

/** The Worker's `AUTH_SECRET` or, during a rotation, its `AUTH_SECRETS`, the first of which is used for signing. */
export const secret = process.env.AUTH_SECRETS ? keyRing(process.env.AUTH_SECRETS) : process.env.AUTH_SECRET!;
