import "server-only";
import { type Call, callWorker } from "@/lib/worker";

/**
 * Calls the auth server on behalf of the current request's user.
 *
 * @throws `Unreachable` from `lib/errors.ts`
 */
export const callAuth = (path: string, call?: Call): Promise<Response> => callWorker(`/api/auth${path}`, call);
