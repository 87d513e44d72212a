import { auth } from "../../lib/auth";
import { SignIn } from "./sign-in";

export default async function Page({ searchParams }) {
  const { callbackUrl } = await searchParams;
  return <SignIn next={auth.callbackUrl(callbackUrl, "/mine")} />;
}
