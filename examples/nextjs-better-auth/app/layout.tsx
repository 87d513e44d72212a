import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Tasks", template: "%s · Tasks" },
  description: "Better Auth and FastAPI, with Edgeseal in between",
};

// Each response has its own nonce, so no page is prerendered.
export const dynamic = "force-dynamic";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Tasks</Link>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
