import { type NextRequest, NextResponse } from "next/server";
import { MAX_BODY_BYTES } from "./body-limit";

/**
 * Rewrites a request to the Worker at `AUTH_URL`, which is read when the server runs: `rewrites` of `next.config.ts` would
 * be fixed by `next build`. Without `AUTH_URL` another server in front divides the paths, and the request stays here.
 */
export function toWorker(request: NextRequest): NextResponse {
  const worker = process.env.AUTH_URL;
  if (!worker) return NextResponse.next();
  const headers = new Headers(request.headers);
  const refusal = refusedBody(headers);
  if (refusal) return refusal;
  // Next.js compresses what is text, and then keeps events back until there are many.
  if (headers.get("accept")?.includes("text/event-stream")) headers.delete("accept-encoding");
  const { pathname, search } = request.nextUrl;
  return NextResponse.rewrite(new URL(pathname + search, worker), { request: { headers } });
}

/** Next.js cuts a longer body without an error, and the upstream would take the part for the whole. */
function refusedBody(headers: Headers): NextResponse | undefined {
  const length = headers.get("content-length");
  if (length === null && headers.has("transfer-encoding")) return refuse(411, "LENGTH_REQUIRED");
  if (Number(length) > MAX_BODY_BYTES) return refuse(413, "PAYLOAD_TOO_LARGE");
  return undefined;
}

const refuse = (status: number, code: string) => NextResponse.json({ code }, { status });
