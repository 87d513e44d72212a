/** A command line that says nothing that can be done. */
export class Usage extends Error {}
