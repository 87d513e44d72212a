import { PageLink } from "@/components/page-link";

/**
 * Shown instead of the form to users who are already signed in. It isn't a redirect, because a redirect would loop if
 * the page at `next` refused the session.
 */
export function SignedIn({ name, next }: { name: string; next: string }) {
  return (
    <div className="card">
      <h1>You are signed in</h1>
      <p>
        As <strong>{name}</strong>. To use another account, sign out first.
      </p>
      <p>
        <PageLink href={next} className="button primary">
          Continue
        </PageLink>
      </p>
    </div>
  );
}
