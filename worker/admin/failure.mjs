/** What went wrong, by a code that scripts can rely on, and what to do about it. */
export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
