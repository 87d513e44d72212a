/** Guarded only by the proxy, like the page `/vault`. */
export const GET = () => new Response("vault content");
