import Link from "next/link";

export default function NotFound() {
  return (
    <>
      <h1>This page does not exist</h1>
      <p>The address may be wrong, or the page is gone.</p>
      <p>
        <Link href="/">Go to the start page</Link>
      </p>
    </>
  );
}
