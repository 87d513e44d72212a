import Link from "next/link";

/** Public, of the Pages Router, with a link to what is not. */
export default function Links() {
  return <Link href="/kept">to kept</Link>;
}
