import type { Metadata } from "next";
import { VerifyNotice } from "@/components/verify-notice";
import { auth } from "@/lib/auth";
import { Tasks } from "./tasks";
import "./tasks.css";

export const metadata: Metadata = { title: "Your tasks" };

export default async function Dashboard() {
  // Verify the session again next to the data, because a proxy is not enough on its own.
  const { user } = await auth.requireSession();
  return (
    <>
      <h1>Hello, {user.name}</h1>
      {user.emailVerified === false && <VerifyNotice email={user.email ?? ""} />}
      <noscript>
        <p>The tasks need JavaScript: this page itself calls their server.</p>
      </noscript>
      <Tasks url={`${process.env.API_URL}/api/${user.id}/tasks`} />
    </>
  );
}
