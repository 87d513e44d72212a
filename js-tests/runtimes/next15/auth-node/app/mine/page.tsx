import { auth } from "../../auth";

export default async function Mine() {
  const { user } = await auth.requireSession();
  return <p>{user.email}</p>;
}
