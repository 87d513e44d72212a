/** What Next.js gives a page. Whoever made the link wrote the parameters: none is taken as it is. */
export interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}
