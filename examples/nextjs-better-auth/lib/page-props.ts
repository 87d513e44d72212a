/** The props of a Next.js page. The link's author wrote the parameters: never trust them as they are. */
export interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}
