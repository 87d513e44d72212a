import { auth } from "../../lib/auth";

export default async function Page() {
  const { user } = await auth.requireSession();
  return (
    <p>
      protected: <b>{user.id}</b> <i>{user.email}</i>
    </p>
  );
}
