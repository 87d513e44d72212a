import { auth } from "../../lib/auth";

export default async function handler(request, response) {
  const session = await auth.getSession(request);
  response.json({ name: session?.user.name ?? "nobody" });
}
