/** A callback that gets an error, or `null` and the result. */
export type Callback<T> = (err: Error | null, result?: T) => void;

/** A callback that gets 0 when the work starts and 1 when it is done. */
export type ProgressCallback = (percentage: number) => void;

/** Returns this many random bytes. */
export type RandomFallback = (length: number) => number[];

/**
 * bcryptjs's functions, computed by this package's core. Without a callback, the asynchronous ones return a promise. A
 * wrong argument causes an `Error` with bcryptjs's message.
 */
export interface Bcrypt {
  /**
   * Hashes a password with this salt, or with a new salt and this many rounds (log2, 4 to 31, default 10).
   *
   * @throws {@link PasswordError} `ERR_PASSWORD_TOO_LONG` for a password over 72 bytes, `ERR_PASSWORD_PARAMS_REFUSED` for
   * more rounds than `maxCost`; see {@link BcryptRules}.
   */
  hashSync(password: string, salt?: number | string): string;
  /**
   * Same as {@link Bcrypt.hashSync}, but in a worker thread if the runtime has threads. The rounds or the salt are
   * required.
   *
   * @throws the same errors, as a rejection or as the callback's `err`.
   */
  hash(password: string, salt: number | string): Promise<string>;
  hash(password: string, salt: number | string, callback?: Callback<string>, progress?: ProgressCallback): void;
  /**
   * Whether a password matches a hash. Only the first 72 bytes of the password count.
   *
   * @throws {@link PasswordError} `ERR_PASSWORD_PARAMS_REFUSED` for a hash with more rounds than `maxCost`.
   */
  compareSync(password: string, hash: string): boolean;
  /**
   * Same as {@link Bcrypt.compareSync}, but in a worker thread if the runtime has threads.
   *
   * @throws the same errors, as a rejection or as the callback's `err`.
   */
  compare(password: string, hash: string): Promise<boolean>;
  compare(password: string, hash: string, callback?: Callback<boolean>, progress?: ProgressCallback): void;
  /** A new salt: `$2b$10$` and 22 characters. */
  genSaltSync(rounds?: number): string;
  /** Same as {@link Bcrypt.genSaltSync}, but asynchronous. */
  genSalt(rounds?: number): Promise<string>;
  genSalt(callback: Callback<string>): void;
  genSalt(rounds: number, callback: Callback<string>): void;
  /** The rounds of a hash, as log2. */
  getRounds(hash: string): number;
  /** The first 29 characters of a hash: version, rounds and salt. */
  getSalt(hash: string): string;
  /** Whether a password is longer than the 72 bytes of UTF-8 that bcrypt reads. */
  truncates(password: string): boolean;
  /** Encodes the first `length` bytes in bcrypt's own base64. */
  encodeBase64(bytes: Readonly<ArrayLike<number>>, length: number): string;
  /** Decodes at most `length` bytes of bcrypt's own base64. */
  decodeBase64(text: string, length: number): number[];
  /** Sets the source of random bytes for salts, for runtimes without WebCrypto. */
  setRandomFallback(random: RandomFallback): void;
}

/** Settings for what bcryptjs allows, but `edgeseal/bcrypt` refuses by default. */
export interface BcryptRules {
  /** Hashes only the first 72 bytes of a longer password, as bcryptjs does, instead of refusing it. Default `false`. */
  allowTruncate?: boolean;
  /**
   * The most rounds (log2, 4 to 31) of a new or stored hash. Default 16, about five seconds. Each step doubles the time; 31
   * takes days.
   */
  maxCost?: number;
}
