"use client";
import { auth } from "../../lib/auth";

/** A mistake on purpose: the server's module in a client component. */
export default function Page() {
  return <p id="leak">{typeof auth.callbackUrl}</p>;
}
