import { auth } from "../../lib/auth";

type Query = Promise<{ callbackUrl?: string | string[] }>;

export default async function Page({ searchParams }: { searchParams: Query }) {
  const { callbackUrl } = await searchParams;
  return <a href={auth.callbackUrl(callbackUrl)}>sign in</a>;
}
