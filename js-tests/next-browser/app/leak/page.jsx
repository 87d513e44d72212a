"use client";
import { auth } from "../../lib/auth";

/** Imports the server module into a client component, which is a deliberate mistake. */
export default function Page() {
  return <p id="leak">{typeof auth.callbackUrl}</p>;
}
