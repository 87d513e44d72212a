/** Only the proxy guards this route, like the page `/vault`. */
export const GET = () => new Response("vault content");
