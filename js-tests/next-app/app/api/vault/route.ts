/** Like the page of this name: the proxy is all that guards it. */
export const GET = () => new Response("vault content");
