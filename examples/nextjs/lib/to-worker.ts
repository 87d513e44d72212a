import { type NextRequest, NextResponse } from "next/server";
import { MAX_BODY_BYTES } from "./body-limit";

/**
 * Rewrites a request to the Worker at `AUTH_URL`. The variable is read at run time. This wouldn't be possible with
 * `rewrites` in `next.config.ts`, which are evaluated during `next build`. If `AUTH_URL` is not set, a server in front
 * of this app routes these paths to the Worker, so the request is not rewritten.
 */
export function toWorker(request: NextRequest): NextResponse {
  const worker = process.env.AUTH_URL;
  if (!worker) return NextResponse.next();
  const headers = new Headers(request.headers);
  const refusal = refusedBody(headers);
  if (refusal) return refusal;
  // Otherwise, Next.js would compress the response, which would delay server-sent events.
  if (headers.get("accept")?.includes("text/event-stream")) headers.delete("accept-encoding");
  const { pathname, search } = request.nextUrl;
  return NextResponse.rewrite(new URL(pathname + search, worker), { request: { headers } });
}

/** Refuses bodies over the limit, because the upstream would accept a body that Next.js has silently truncated. */
function refusedBody(headers: Headers): NextResponse | undefined {
  const length = headers.get("content-length");
  if (length === null && headers.has("transfer-encoding")) return refuse(411, "LENGTH_REQUIRED");
  if (Number(length) > MAX_BODY_BYTES) return refuse(413, "PAYLOAD_TOO_LARGE");
  return undefined;
}

const refuse = (status: number, code: string) => NextResponse.json({ code }, { status });
