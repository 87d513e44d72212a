import { auth } from "../../lib/auth";
import { Door } from "./door";

/** Public: who is there, and actions that change it. */
export default async function Page() {
  const session = await auth.getSession();
  return (
    <main>
      <p id="who">{session?.user.name ?? "nobody"}</p>
      <Door />
    </main>
  );
}
