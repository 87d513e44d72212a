/** Like the `/vault` page, this route is guarded only by the proxy. */
export const GET = () => new Response("vault content");
