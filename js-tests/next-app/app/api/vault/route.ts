/** Like the page of this name, only the proxy guards it. */
export const GET = () => new Response("vault content");
