import "server-only";
import { hkdfSync } from "node:crypto";
import { signJwt } from "edgeseal";
import { auth } from "@/lib/auth";
import { secret } from "@/lib/secret";

let key: Uint8Array | undefined;

/** The secret that signs, and its name where it has one. */
const signing = () => (typeof secret === "string" ? { secret, kid: undefined } : secret[0]!);

/** The key of seals alone, as `docs/guide/next.md` has it. */
const sealKey = () => (key ??= new Uint8Array(hkdfSync("sha256", signing().secret, "", "edgeseal proxy v1", 32)));

/**
 * What tells the Worker the address of whoever sent the current request, for its limits: it takes nobody else's word. The
 * proxy's own seal is for the page's address, and this is for the one that the page asks. None where no address is known.
 */
export async function sealFor(method: string, path: string): Promise<string | undefined> {
  const ip = (await auth.getSeal())?.clientIP;
  if (!ip) return undefined;
  const { kid } = signing();
  const claims = { htm: method, htu: path, base: "", ip };
  return signJwt(claims, sealKey(), { typ: "edgeseal-seal+jwt", expiresIn: 60, ...(kid && { keyId: kid }) });
}
