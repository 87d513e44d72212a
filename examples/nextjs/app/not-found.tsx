import type { Metadata } from "next";
import { PageLink } from "@/components/page-link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="card">
      <h1>Page not found</h1>
      <p>The address may be wrong, or the page may have been removed.</p>
      <p>
        <PageLink href="/" className="button primary">
          Go to home page
        </PageLink>
      </p>
    </div>
  );
}
