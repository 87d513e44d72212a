/** A wrong command line. */
export class Usage extends Error {}
