import { authErrors } from "@/lib/auth-errors";
import type { Errors } from "@/lib/form-state";
import { leave, refresh } from "@/lib/session";

type Fields = Parameters<typeof authErrors>[1];

interface Options {
  onError(context: { response: Response }): void;
  onSuccess(context: { data: { redirect?: boolean } | null }): void;
}
interface Answer<T> {
  data: T | null;
  error: { status: number; code?: string | undefined; message?: string | undefined } | null;
}

/**
 * Calls Better Auth's client for a form and returns any errors. If the session has ended, the browser goes to the
 * sign-in page.
 */
export const ask = async <T>(call: (options: Options) => Promise<Answer<T>>, fields?: Fields): Promise<Errors> =>
  (await askFor(call, fields)).errors;

/** Like {@link ask}, but also returns the response's body, or `null` if there are errors. */
export async function askFor<T>(
  call: (options: Options) => Promise<Answer<T>>,
  fields?: Fields,
): Promise<{ data: T | null; errors: Errors }> {
  let retryAfter: number | undefined;
  const options: Options = {
    onError({ response: { headers } }) {
      retryAfter = Number(headers.get("retry-after") ?? headers.get("x-retry-after")) || undefined;
    },
    // A form's `callbackURL` is only for the link in the e-mail. By default, the client would also open that URL after
    // sign-in.
    onSuccess({ data }) {
      if (data?.redirect) data.redirect = false;
    },
  };
  // The call rejects only if there was no response at all.
  const { data, error }: Answer<T> = await call(options).catch(() => ({ data: null, error: { status: 0 } }));
  // A wrong password also causes a 401, but with a different code.
  if (error?.code === "UNAUTHORIZED" && !(await refresh().catch(() => true))) leave();
  return error ? { data: null, errors: authErrors({ ...error, retryAfter }, fields) } : { data, errors: {} };
}
