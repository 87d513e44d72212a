import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { sessionCookie, verifySession } from "@/lib/session";
import { SignOut } from "./sign-out";

export default async function Dashboard() {
  // Verified again where the data is: a proxy alone is no protection.
  const data = verifySession((await cookies()).get(sessionCookie("session_data"))?.value);
  if (!data) redirect("/sign-in?callbackUrl=/dashboard");
  return (
    <>
      <h1>Hello, {data.user.name}</h1>
      <p>
        Next.js let this page through because edgeseal verified the token that the Worker issued for{" "}
        <strong>{data.user.email}</strong>.
      </p>
      <p className="quiet">
        Your user id is <code>{data.user.id}</code>; this session data holds until{" "}
        <time dateTime={new Date(data.exp * 1000).toISOString()}>{new Date(data.exp * 1000).toUTCString()}</time>.
      </p>
      <SignOut />
    </>
  );
}
