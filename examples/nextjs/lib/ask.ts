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
 * Calls Better Auth's client for a form, and gives what is wrong with it. Where there is no session any more the browser
 * goes to the sign-in page.
 */
export async function ask(call: (options: Options) => Promise<Answer>, fields?: Fields): Promise<Errors> {
  let retryAfter: number | undefined;
  const onError: Options["onError"] = ({ response }) => {
    retryAfter = Number(response.headers.get("retry-after")) || undefined;
  };
  // It rejects only where there was no answer at all.
  const { error }: Answer = await call({ onError }).catch(() => ({ error: { status: 0 } }));
  // A wrong password is 401 as well, by another code.
  if (error?.code === "UNAUTHORIZED" && !(await refresh().catch(() => true))) leave();
  return error ? authErrors({ ...error, retryAfter }, fields) : {};
}
