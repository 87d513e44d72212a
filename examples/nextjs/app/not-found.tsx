import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="card">
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or the page may be gone.</p>
      <p>
        <PageLink href="/" className="button primary">
          To the start page
        </PageLink>
      </p>
    </div>
  );
}
