import { PageLink } from "@/components/page-link";

/**
 * Replaces a form for users who are signed in. This is not a redirect, because a redirect would loop if the session is
 * insufficient.
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
