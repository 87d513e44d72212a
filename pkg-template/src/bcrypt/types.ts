/** Called with an error, or with `null` and the result. */
export type Callback<T> = (err: Error | null, result?: T) => void;

/** Called with 0 when the work begins and with 1 when it is done. */
export type ProgressCallback = (percentage: number) => void;

/** Gives as many random bytes as are asked for. */
export type RandomFallback = (length: number) => number[];

/**
 * bcryptjs's functions, computed by the core. Without a callback the asynchronous ones give a promise. A wrong argument
 * is an `Error` with bcryptjs's message.
 */
export interface Bcrypt {
  /** Hashes a password with a fresh salt of this many rounds (log2, 4 to 31, default 10), or with this salt. */
  hashSync(password: string, salt?: number | string): string;
  /**
   * {@link Bcrypt.hashSync} in a worker thread, where there are any. The rounds or the salt are not optional here.
   *
   * @throws PasswordError `ERR_PASSWORD_TOO_LONG` for a password over 72 bytes, `ERR_PASSWORD_PARAMS_REFUSED` for more
   * rounds than `maxCost`; see {@link BcryptRules}.
   */
  hash(password: string, salt: number | string): Promise<string>;
  hash(password: string, salt: number | string, callback?: Callback<string>, progress?: ProgressCallback): void;
  /** Whether a password is the one behind a hash, of which its first 72 bytes count. */
  compareSync(password: string, hash: string): boolean;
  /**
   * {@link Bcrypt.compareSync} in a worker thread, where there are any.
   *
   * @throws PasswordError `ERR_PASSWORD_PARAMS_REFUSED` for a hash of more rounds than `maxCost`.
   */
  compare(password: string, hash: string): Promise<boolean>;
  compare(password: string, hash: string, callback?: Callback<boolean>, progress?: ProgressCallback): void;
  /** A fresh salt: `$2b$10$` and 22 characters. */
  genSaltSync(rounds?: number): string;
  /** {@link Bcrypt.genSaltSync}, given later. */
  genSalt(rounds?: number): Promise<string>;
  genSalt(callback: Callback<string>): void;
  genSalt(rounds: number, callback: Callback<string>): void;
  /** The rounds of a hash, as log2. */
  getRounds(hash: string): number;
  /** The first 29 characters of a hash: version, rounds and salt. */
  getSalt(hash: string): string;
  /** Whether a password is longer than the 72 bytes of UTF-8 that bcrypt reads. */
  truncates(password: string): boolean;
  /** The first `length` bytes in bcrypt's own base64. */
  encodeBase64(bytes: Readonly<ArrayLike<number>>, length: number): string;
  /** At most `length` bytes of bcrypt's own base64. */
  decodeBase64(text: string, length: number): number[];
  /** What gives the random bytes of salts where there is no WebCrypto. */
  setRandomFallback(random: RandomFallback): void;
}

/** Where bcryptjs goes on, and this stops unless told otherwise. */
export interface BcryptRules {
  /** Hashes the first 72 bytes of a longer password, as bcryptjs does, instead of refusing it. Default `false`. */
  allowTruncate?: boolean;
  /**
   * The most rounds (log2, 4 to 31) that are computed, of a new hash or a stored one. Default 16: some five seconds.
   * Each more doubles the time; 31 are days.
   */
  maxCost?: number;
}
