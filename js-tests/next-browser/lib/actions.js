"use server";
import { auth } from "./auth";

/** An action that asks for a session, and gives back what it was sent. */
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
