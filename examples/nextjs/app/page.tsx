import Link from "next/link";

export default function Home() {
  return (
    <>
      <h1>Auth at the edge</h1>
      <p>
        The Rust Worker signs your session, and Next.js verifies it with the same Rust core in WebAssembly before a
        protected page is rendered.
      </p>
      <p className="actions">
        <Link href="/sign-up">Sign up</Link>
        <Link href="/sign-in">Sign in</Link>
        <Link href="/dashboard">Dashboard</Link>
      </p>
    </>
  );
}
