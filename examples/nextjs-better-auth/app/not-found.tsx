import Link from "next/link";

export default function NotFound() {
  return (
    <>
      <h1>Page not found</h1>
      <p>The address may be wrong, or the page was removed.</p>
      <p>
        <Link href="/">Go to home page</Link>
      </p>
    </>
  );
}
