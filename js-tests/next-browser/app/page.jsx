import Link from "next/link";

/** A public page with links to protected pages, which the router prefetches. */
export default function Page() {
  return (
    <main>
      <p>home</p>
      <img id="logo" src="/logo.svg" alt="logo" />
      <Link href="/mine">to mine</Link>
      <Link href="/form">to form</Link>
      <Link href="/sign-in">to sign-in</Link>
    </main>
  );
}
