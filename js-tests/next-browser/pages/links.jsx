import Link from "next/link";

/** A public page in the Pages Router, with a link to a protected page. */
export default function Links() {
  return <Link href="/kept">to kept</Link>;
}
