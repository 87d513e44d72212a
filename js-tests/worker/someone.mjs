// Signs up a user through a Worker.
import { cookieHeader } from "./local-worker.mjs";

/** Signs up a user. Returns their id, their access token and the cookies that a browser would send. */
export async function someone(worker, name) {
  const body = { name, email: `${name}@example.com`, password: "correct horse battery" };
  const response = await worker.post("/api/auth/sign-up/email", body);
  const { token, user } = await response.json();
  return { id: user.id, bearer: { authorization: `Bearer ${token}` }, token, cookie: cookieHeader(response) };
}
