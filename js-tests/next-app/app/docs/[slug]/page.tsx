import { redirect } from "next/navigation";
import { auth } from "../../../lib/auth";

async function who() {
  "use server";
  const { user } = await auth.requireSession();
  redirect(`/docs/did?by=${user.id}`);
}

/** A public page with a protected action. */
export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  return (
    <form action={who}>
      <b>{`slug ${slug}`}</b>
      <button>who</button>
    </form>
  );
}
