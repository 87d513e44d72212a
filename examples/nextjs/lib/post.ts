import "server-only";
import { callAuth } from "@/lib/auth-api";
import { authErrors } from "@/lib/auth-errors";
import { failureOf, Refused, Unreachable } from "@/lib/errors";
import type { Errors } from "@/lib/form-state";
import { handOnCookies } from "@/lib/set-cookies";

type Fields = Parameters<typeof authErrors>[1];

/** Posts a form to the auth server and returns any errors. Forwards the server's cookies to the browser. */
export const post = async (path: string, body: object, fields?: Fields): Promise<Errors> =>
  (await postFor(path, body, fields)).errors;

/** Like {@link post}, but also returns the response's body, or `null` if there are errors. */
export async function postFor<T>(
  path: string,
  body: object,
  fields?: Fields,
): Promise<{ data: T | null; errors: Errors }> {
  try {
    const answer = await callAuth(path, { method: "POST", body });
    if (!answer.ok) throw await failureOf(answer);
    await handOnCookies(answer);
    return { data: (await answer.json()) as T, errors: {} };
  } catch (failure) {
    if (failure instanceof Refused) return { data: null, errors: authErrors(failure, fields) };
    if (failure instanceof Unreachable) return { data: null, errors: authErrors({ status: 0 }, fields) };
    throw failure;
  }
}
