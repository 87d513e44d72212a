import { authErrors } from "@/lib/auth-errors";
import type { Errors } from "@/lib/form-state";
import { leave, refresh } from "@/lib/session";

type Fields = Parameters<typeof authErrors>[1];

interface Options {
  onError(context: { response: Response }): void;
}
interface Answer {
  error: { status: number; code?: string | undefined; message?: string | undefined } | null;
}

/**
 * Calls Better Auth's client for a form and returns its errors. If the session has ended, the browser goes to the sign-in
 * page.
 */
export async function ask(call: (options: Options) => Promise<Answer>, fields?: Fields): Promise<Errors> {
  let retryAfter: number | undefined;
  const onError: Options["onError"] = ({ response }) => {
    retryAfter = Number(response.headers.get("retry-after")) || undefined;
  };
  // The client rejects only if there was no response at all.
  const { error }: Answer = await call({ onError }).catch(() => ({ error: { status: 0 } }));
  // A wrong password also causes a 401, but with another code.
  if (error?.code === "UNAUTHORIZED" && !(await refresh().catch(() => true))) leave();
  return error ? authErrors({ ...error, retryAfter }, fields) : {};
}
