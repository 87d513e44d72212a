import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { PageLink } from "@/components/page-link";
import { UserMenu } from "@/components/user-menu";
import { auth } from "@/lib/auth";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/forms.css";
import "./styles/menu.css";

export const metadata: Metadata = {
  title: { default: "Tasks", template: "%s · Tasks" },
  description: "Better Auth and FastAPI, with Edgeseal in between",
};
export const viewport: Viewport = { colorScheme: "light dark" };

export default async function Layout({ children }: { children: ReactNode }) {
  // Reading the session makes Next.js render every page on each request, so each response gets its own nonce.
  const user = (await auth.getSession())?.user;
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
            Tasks
          </PageLink>
          <UserMenu user={shown} />
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  );
}
