import { PageLink } from "@/components/page-link";

/** In place of a form for whoever needs none. No redirect: where the session is not enough that would be a circle. */
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
