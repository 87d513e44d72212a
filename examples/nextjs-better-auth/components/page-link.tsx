import Link from "next/link";
import type { ComponentProps } from "react";

/** A link within this app. It doesn't prefetch the page, because pages are rendered on each request. */
export function PageLink(props: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...props} />;
}
