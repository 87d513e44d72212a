import { type NextRequest, NextResponse } from "next/server.js";
import { type Caller, identifyFresh } from "../server/identify.js";
import { requestOrigin } from "../server/origin.js";
import type { Refreshed } from "../server/refresh.js";
import type { Settings } from "./options.js";

/** Identifies who sent a request. A `NextRequest` also provides the app's `basePath`. */
export const callerOf = (request: Request, settings: Settings): Promise<Caller> =>
  identifyFresh(request, settings, (request as Partial<NextRequest>).nextUrl?.basePath);

/** Returns this app's origin as browsers see it. */
export const ownOriginOf = ({ headers, nextUrl }: NextRequest, { origin }: Settings): string =>
  origin ?? requestOrigin(headers, nextUrl);

/** Returns the response. If this request refreshed the session, adds the cookies that the auth server set. */
export function withSetCookies(response: Response, refreshed: Refreshed | undefined): Response {
  if (!refreshed || refreshed.remembered || refreshed.setCookies.length === 0) return response;
  const answer = new NextResponse(response.body, response);
  for (const cookie of refreshed.setCookies) answer.headers.append("set-cookie", cookie);
  // Shared caches must not store a response that sets these cookies.
  answer.headers.set("cache-control", "private, no-store");
  return answer;
}
