import { PageLink } from "@/components/page-link";

/** Replaces a form for users who are signed in. Not a redirect: with an insufficient session that would loop. */
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
