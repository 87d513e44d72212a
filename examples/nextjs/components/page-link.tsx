import Link from "next/link";
import type { ComponentProps } from "react";

/** To a page of this app. Pages are made for each request, so what Next.js would fetch before the click is of no use. */
export function PageLink(props: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...props} />;
}
