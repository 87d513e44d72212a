import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="card">
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or the page may be gone.</p>
      <p>
        <Link href="/" className="button primary">
          To the start page
        </Link>
      </p>
    </div>
  );
}
