/** The props of a Next.js page. The parameters come from the author of a link, so never trust them unchecked. */
export interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}
