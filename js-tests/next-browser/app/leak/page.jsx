"use client";
import { auth } from "../../lib/auth";

/** Makes a deliberate mistake: imports the server module into a client component. */
export default function Page() {
  return <p id="leak">{typeof auth.callbackUrl}</p>;
}
