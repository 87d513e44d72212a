// The three kinds of errors that an API call can throw. The app handles each kind differently.

/** The server refused the request, with Better Auth's `{ code, message }` or with problem details (RFC 9457). */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds to wait before trying again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/**
 * There was no response, or only a server error, for example because the server behind this one is down. The request
 * may have been processed anyway.
 */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor(options?: ErrorOptions) {
    super("The service isn't responding.", options);
  }
}

/** The session has ended, and the browser is opening the sign-in page. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
  constructor() {
    super("Signed out");
  }
}

/** The error that corresponds to a response. */
export async function failureOf(response: Response): Promise<Refused | Unreachable> {
  // The details of a server error don't help the user.
  if (response.status >= 500) return new Unreachable();
  const body = (await response.json().catch(() => ({}))) as { code?: string; message?: string; detail?: string };
  const { headers } = response;
  const retryAfter = Number(headers.get("retry-after") ?? headers.get("x-retry-after")) || undefined;
  const message = body.message ?? body.detail ?? "The service refused this.";
  return new Refused(response.status, body.code ?? "", message, retryAfter);
}
