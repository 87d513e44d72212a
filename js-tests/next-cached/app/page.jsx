import { Suspense } from "react";
import { auth } from "../auth";

async function Greeting() {
  const session = await auth.getSession();
  return <p>{`hello, ${session?.user.name ?? "nobody"}`}</p>;
}

/** A public page whose shell is the same for everyone. */
export default function Page() {
  return (
    <main>
      <h1>static shell</h1>
      <Suspense fallback={<p>loading</p>}>
        <Greeting />
      </Suspense>
    </main>
  );
}
