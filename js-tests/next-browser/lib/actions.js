"use server";
import { cookies } from "next/headers";
import { auth } from "./auth";
import { DATA, sessionData } from "./sign-in";

/** Requires a session and returns the submitted text. */
export async function save(_before, form) {
  const { user } = await auth.requireSession();
  return `saved ${form.get("text")} for ${user.name}`;
}

export async function drop(form) {
  await auth.requireSession();
  console.log(`dropped ${form.get("text")}`);
}

export async function count(number) {
  await auth.requireSession();
  return number + 1;
}

const who = async () => (await auth.getSession())?.user.name ?? "nobody";

/** Sets the session cookie in an action, as Better Auth's `nextCookies` plugin does, and returns who is signed in. */
export async function enter() {
  (await cookies()).set(DATA, sessionData("Eve"), { httpOnly: true, sameSite: "lax" });
  return `entered: ${await who()}`;
}

export async function leave() {
  (await cookies()).delete(DATA);
  return `left: ${await who()}`;
}
