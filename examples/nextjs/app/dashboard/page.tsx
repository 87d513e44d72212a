import { auth } from "@/lib/auth";
import { SignOut } from "./sign-out";

export default async function Dashboard() {
  // Verified again where the data is: a proxy alone is no protection.
  const { session, user } = await auth.requireSession();
  return (
    <>
      <h1>Hello, {user.name}</h1>
      <p>
        Next.js let this page through because edgeseal verified the token that the Worker issued for{" "}
        <strong>{user.email}</strong>.
      </p>
      <p className="quiet">
        Your user id is <code>{user.id}</code>; unused, this session ends on{" "}
        <time dateTime={session.expiresAt.toISOString()}>{session.expiresAt.toUTCString()}</time>.
      </p>
      <SignOut />
    </>
  );
}
