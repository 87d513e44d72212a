import type { Metadata, Viewport } from "next";
import { PageLink } from "@/components/page-link";
import type { ReactNode } from "react";
import { SessionWatch } from "@/components/session-watch";
import { UserMenu } from "@/components/user-menu";
import { auth } from "@/lib/auth";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/forms.css";
import "./styles/menu.css";
import "./styles/tasks.css";

export const metadata: Metadata = {
  title: { default: "Edgeseal example", template: "%s · Edgeseal example" },
  description: "Tasks behind auth at the edge: Next.js, a Rust Worker and FastAPI.",
};
export const viewport: Viewport = { colorScheme: "light dark" };

export default async function Layout({ children }: { children: ReactNode }) {
  // Reading the session makes Next.js render every page on each request, so each response gets its own nonce.
  const user = (await auth.getSession())?.user;
  // Pass client components only what they show (the name and the address), never the whole session.
  const shown = user ? { name: user.name ?? "", email: user.email ?? "" } : null;
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <PageLink href="/" className="brand">
            <span className="seal" aria-hidden="true" />
            <span>
              Edgeseal<span className="wide"> example</span>
            </span>
          </PageLink>
          <UserMenu user={shown} />
        </header>
        <main id="main">{children}</main>
        <SessionWatch userId={user?.id ?? null} />
      </body>
    </html>
  );
}
