// What can go wrong with a call, in the three forms that the app tells apart.

/** The server understood and said no: Better Auth's `{ code, message }`, or problem details (RFC 9457). */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds until it is worth trying again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** No answer, or one that only says that a server behind is down. What was asked for may have been done. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor(options?: ErrorOptions) {
    super("The service does not answer right now.", options);
  }
}

/** The session is gone for good, and the browser is on its way to the sign-in page. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
  constructor() {
    super("Signed out");
  }
}

/** What an answer that is not a good one says. */
export async function failureOf(response: Response): Promise<Refused | Unreachable> {
  // Of a server's own trouble nothing is of use to the person in front of the page.
  if (response.status >= 500) return new Unreachable();
  const body = (await response.json().catch(() => ({}))) as { code?: string; message?: string; detail?: string };
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  const message = body.message ?? body.detail ?? "The service refused this.";
  return new Refused(response.status, body.code ?? "", message, retryAfter);
}
