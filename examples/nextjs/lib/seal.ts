import "server-only";
import { hkdfSync } from "node:crypto";
import { signJwt } from "edgeseal";
import { auth } from "@/lib/auth";
import { secret } from "@/lib/secret";

let key: Uint8Array | undefined;

/** The secret that signs, with its name if it has one. */
const signing = () => (typeof secret === "string" ? { secret, kid: undefined } : secret[0]!);

/** The key that is used only for seals, as `docs/guide/next.md` describes. */
const sealKey = () => (key ??= new Uint8Array(hkdfSync("sha256", signing().secret, "", "edgeseal proxy v1", 32)));

/**
 * Returns a seal that gives the Worker the IP address of the current request's client, for its rate limits. The Worker
 * trusts an address only in a seal. The proxy's own seal is for the page's path; this seal is for the path that the
 * page calls. `undefined` if no address is known.
 */
export async function sealFor(method: string, path: string): Promise<string | undefined> {
  const ip = (await auth.getSeal())?.clientIP;
  if (!ip) return undefined;
  const { kid } = signing();
  const claims = { htm: method, htu: path, base: "", ip };
  return signJwt(claims, sealKey(), { typ: "edgeseal-seal+jwt", expiresIn: 60, ...(kid && { keyId: kid }) });
}
