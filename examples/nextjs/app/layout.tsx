import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = { title: "Edgeseal example", description: "Auth at the edge from one Rust core" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Edgeseal example</Link>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
