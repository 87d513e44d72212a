/** The props of a Next.js page. Anyone can write a link with any parameters, so check them before you use them. */
export interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}
