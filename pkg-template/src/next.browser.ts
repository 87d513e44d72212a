/** Bundlers for browsers resolve `edgeseal/next` to this module, because the secret must never reach a browser. */
export function createAuth(): never {
  throw new Error(
    "edgeseal/next is for the server, and this is a browser: a client component imports the module that calls createAuth. " +
      "Get the session in a server component, and pass what the client shows as props.",
  );
}
