import { Suspense } from "react";
import { auth } from "../../auth";

async function Mine() {
  const { user } = await auth.requireSession();
  return <p>{`mine: ${user.name}`}</p>;
}

export default function Page() {
  return (
    <main>
      <h1>static shell</h1>
      <Suspense fallback={<p>loading</p>}>
        <Mine />
      </Suspense>
    </main>
  );
}
