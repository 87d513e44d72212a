/** What a bundler for browsers finds under `edgeseal/next`: there it would have no secret, and must get none. */
export function createAuth(): never {
  throw new Error(
    "edgeseal/next is for the server, and this is a browser: a client component imports the module that calls createAuth. " +
      "Ask for the session in a server component, and hand the client what it shows as props.",
  );
}
