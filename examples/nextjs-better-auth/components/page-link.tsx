import Link from "next/link";
import type { ComponentProps } from "react";

/** A link within this app. Pages are rendered per request, so prefetching them is useless. */
export function PageLink(props: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...props} />;
}
