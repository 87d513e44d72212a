import { auth } from "../../lib/auth";
import { Door } from "./door";

/** A public page that shows the user, and has actions that sign in and out. */
export default async function Page() {
  const session = await auth.getSession();
  return (
    <main>
      <p id="who">{session?.user.name ?? "nobody"}</p>
      <Door />
    </main>
  );
}
