import "server-only";
import { authErrors } from "@/lib/auth-errors";
import { failureOf, Refused, Unreachable } from "@/lib/errors";
import type { Errors } from "@/lib/form-state";
import { handOnCookies } from "@/lib/set-cookies";
import { callWorker } from "@/lib/worker";

type Fields = Parameters<typeof authErrors>[1];

/** Posts a form to the Worker's auth API and returns its errors. Forwards the cookies to the browser. */
export async function post(path: string, body: object, fields?: Fields): Promise<Errors> {
  try {
    const answer = await callWorker(`/api/auth${path}`, { method: "POST", body });
    if (!answer.ok) throw await failureOf(answer);
    await handOnCookies(answer);
    return {};
  } catch (failure) {
    if (failure instanceof Refused) return authErrors(failure, fields);
    if (failure instanceof Unreachable) return authErrors({ status: 0 }, fields);
    throw failure;
  }
}
