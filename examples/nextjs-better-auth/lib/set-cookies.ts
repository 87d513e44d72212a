import "server-only";
import { cookies } from "next/headers";

/** Forwards the auth server's cookies to the browser, unchanged. Works only in an action or a route handler. */
export async function handOnCookies(answer: Response): Promise<void> {
  const jar = await cookies();
  for (const header of answer.headers.getSetCookie()) {
    const [pair = "", ...rest] = header.split(";");
    const { name, value } = split(pair);
    const attributes = new Map(rest.map(split).map((one) => [one.name.toLowerCase(), one.value]));
    const maxAge = attributes.get("max-age");
    const expires = attributes.get("expires");
    jar.set({
      name,
      // Next.js encodes the value again.
      value: decodeURIComponent(value),
      path: attributes.get("path"),
      domain: attributes.get("domain"),
      httpOnly: attributes.has("httponly"),
      secure: attributes.has("secure"),
      sameSite: attributes.get("samesite")?.toLowerCase() as "lax" | "strict" | "none" | undefined,
      maxAge: maxAge === undefined ? undefined : Number(maxAge),
      expires: expires === undefined ? undefined : new Date(expires),
    });
  }
}

function split(text: string): { name: string; value: string } {
  const at = text.indexOf("=");
  const [name, value] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  return { name: name.trim(), value: value.trim() };
}
