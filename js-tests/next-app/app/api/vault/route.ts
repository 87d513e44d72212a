/** Like the page `/vault`, guarded only by the proxy. */
export const GET = () => new Response("vault content");
