import type { Metadata } from "next";
import { auth } from "@/lib/auth";
import { SignOut } from "./sign-out";
import { Tasks } from "./tasks";

export const metadata: Metadata = { title: "Your tasks" };

export default async function Dashboard() {
  // Verify the session again next to the data, because a proxy is not enough on its own.
  const { user } = await auth.requireSession();
  return (
    <>
      <div className="row">
        <h1>Hello, {user.name}</h1>
        <SignOut />
      </div>
      <Tasks url={`${process.env.API_URL}/api/${user.id}/tasks`} />
    </>
  );
}
