import { auth } from "../../lib/auth";

export default async function Page() {
  const { user } = await auth.requireSession();
  return <p id="mine">{`mine: ${user.name}`}</p>;
}
