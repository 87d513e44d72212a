"use client";
import { auth } from "../../lib/auth";

/** A mistake on purpose: imports the server module into a client component. */
export default function Page() {
  return <p id="leak">{typeof auth.callbackUrl}</p>;
}
