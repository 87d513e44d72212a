/** Why a command failed: a code that scripts can rely on, and a message that says what to do. */
export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
