/** A callback that receives either an error, or `null` followed by the result. */
export type Callback<T> = (err: Error | null, result?: T) => void;

/** A callback that receives 0 when the work starts and 1 when it is done. */
export type ProgressCallback = (percentage: number) => void;

/** Returns `length` random bytes. */
export type RandomFallback = (length: number) => number[];

/**
 * bcryptjs's functions, implemented by this package's core. Without a callback, the asynchronous functions return a
 * promise. If an argument is wrong, the error is an `Error` with bcryptjs's message.
 */
export interface Bcrypt {
  /**
   * Hashes a password. `salt` is either a salt, or the number of rounds to use with a new salt (as log2, 4 to 31,
   * default 10).
   *
   * @throws {@link PasswordError} `ERR_PASSWORD_TOO_LONG` if the password is longer than 72 bytes,
   * `ERR_PASSWORD_PARAMS_REFUSED` if there are more rounds than `maxCost` allows; see {@link BcryptRules}.
   */
  hashSync(password: string, salt?: number | string): string;
  /**
   * Same as {@link Bcrypt.hashSync}, but runs in a worker thread if the runtime has threads. `salt` is required.
   *
   * @throws the same errors, as a rejection or as the callback's `err`.
   */
  hash(password: string, salt: number | string): Promise<string>;
  hash(password: string, salt: number | string, callback?: Callback<string>, progress?: ProgressCallback): void;
  /**
   * Returns whether a password matches a hash. Only the first 72 bytes of the password are used.
   *
   * @throws {@link PasswordError} `ERR_PASSWORD_PARAMS_REFUSED` if the hash has more rounds than `maxCost` allows.
   */
  compareSync(password: string, hash: string): boolean;
  /**
   * Same as {@link Bcrypt.compareSync}, but runs in a worker thread if the runtime has threads.
   *
   * @throws the same errors, as a rejection or as the callback's `err`.
   */
  compare(password: string, hash: string): Promise<boolean>;
  compare(password: string, hash: string, callback?: Callback<boolean>, progress?: ProgressCallback): void;
  /** Returns a new salt: `$2b$10$` followed by 22 characters. */
  genSaltSync(rounds?: number): string;
  /** Same as {@link Bcrypt.genSaltSync}, but asynchronous. */
  genSalt(rounds?: number): Promise<string>;
  genSalt(callback: Callback<string>): void;
  genSalt(rounds: number, callback: Callback<string>): void;
  /** Returns the number of rounds of a hash, as log2. */
  getRounds(hash: string): number;
  /** Returns the first 29 characters of a hash: the version, rounds and salt. */
  getSalt(hash: string): string;
  /** Returns whether a password, in UTF-8, is longer than the 72 bytes that bcrypt reads. */
  truncates(password: string): boolean;
  /** Encodes the first `length` bytes in bcrypt's own base64. */
  encodeBase64(bytes: Readonly<ArrayLike<number>>, length: number): string;
  /** Decodes bcrypt's own base64, and returns at most `length` bytes. */
  decodeBase64(text: string, length: number): number[];
  /** Sets the source of random bytes for salts, for runtimes without WebCrypto. */
  setRandomFallback(random: RandomFallback): void;
}

/** Settings that allow what bcryptjs allows but `edgeseal/bcrypt` refuses by default. */
export interface BcryptRules {
  /**
   * Whether to hash only the first 72 bytes of a longer password, as bcryptjs does, instead of refusing the password.
   * Default `false`.
   */
  allowTruncate?: boolean;
  /**
   * The maximum number of rounds (as log2, 4 to 31) for a new or stored hash. Default 16, which takes about five
   * seconds. Each step doubles the time; 31 takes days.
   */
  maxCost?: number;
}
