import type { Metadata } from "next";
import { VerifyNotice } from "@/components/verify-notice";
import { auth } from "@/lib/auth";
import { Tasks } from "./tasks";
import "./tasks.css";

export const metadata: Metadata = { title: "Your tasks" };

export default async function Dashboard() {
  // Verify the session again where the data is read, because a check in the proxy is not enough on its own.
  const { user } = await auth.requireSession();
  return (
    <>
      <h1>Hello, {user.name}</h1>
      {user.emailVerified === false && <VerifyNotice email={user.email ?? ""} />}
      <noscript>
        <p>The tasks need JavaScript, because this page calls the tasks server directly.</p>
      </noscript>
      <Tasks url={`${process.env.API_URL}/api/${user.id}/tasks`} />
    </>
  );
}
