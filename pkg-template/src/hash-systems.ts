import type { HashPasswordOptions } from "./policy.js";

/** The salt and the key from a recipe that uses Node's `crypto`, and how they are encoded. */
export interface NodeFields {
  /** The key, or `salt:key`, or `key.salt`. */
  hash: string;
  /** The salt, if `hash` is only the key. */
  salt?: string;
  /**
   * How the recipe used the stored salt: as text (the default, as in `scryptSync(password, salt, 64)` with a string
   * of hexadecimal digits as the salt), or as the bytes that it decoded from hexadecimal or base64.
   */
  saltEncoding?: "text" | "hex" | "base64";
  /** How the key is stored. Default `hex`. */
  keyEncoding?: "hex" | "base64";
}

export interface NodeScryptFields extends NodeFields {
  /** The `cost` or `N` of `crypto.scrypt`. Default 16384. */
  N?: number;
  /** The `blockSize` or `r` of `crypto.scrypt`. Default 8. */
  r?: number;
  /** The `parallelization` or `p` of `crypto.scrypt`. Default 1. */
  p?: number;
}

export interface NodePbkdf2Fields extends NodeFields {
  iterations: number;
  digest: "sha1" | "sha256" | "sha512";
}

/** A hash as another system stores it: in several columns, or in a format that doesn't say how the hash was made. */
export type HashFields =
  /** A hash that can be verified as it is, so it is only checked. */
  | { from: "aspnet-identity" | "django" | "laravel" | "spring-security" | "wordpress"; hash: string }
  /** A credential from Keycloak's export: `secretData` and `credentialData`, as JSON text or parsed. */
  | { from: "keycloak"; credential: string | object }
  /** A user from `firebase auth:export`, and the project's hash parameters. `signerKeyId` is an id in `legacyKeys`. */
  | {
      from: "firebase";
      passwordHash: string;
      salt: string;
      saltSeparator: string;
      rounds: number;
      memCost: number;
      signerKeyId: string;
    }
  /** Auth0's `custom_password_hash`, or the `passwordHash` from its own export. */
  | { from: "auth0"; hash: string | object }
  /** Clerk's `password_digest` and `password_hasher`. */
  | { from: "clerk"; digest: string; hasher: string }
  | ({ from: "node-scrypt" } & NodeScryptFields)
  | ({ from: "node-pbkdf2" } & NodePbkdf2Fields)
  /** passport-local-mongoose and Payload: a salt and a key in two columns. */
  | { from: "passport-local-mongoose" | "payload"; hash: string; salt: string; iterations?: number }
  /** Devise. `pepperId` is an id in `legacyKeys`; leave it out if Devise has no pepper. */
  | { from: "devise"; hash: string; pepperId?: string }
  /** Flask-Security. `saltId` is an id in `legacyKeys`; the key with this id is SECURITY_PASSWORD_SALT. */
  | { from: "flask-security"; hash: string; saltId: string }
  /** BCrypt.Net's `EnhancedHashPassword`, with SHA-384. */
  | { from: "bcrypt-net-enhanced"; hash: string }
  /** Meteor's `services.password.bcrypt`. */
  | { from: "meteor"; hash: string }
  /** Symfony's `pbkdf2` hasher, with the salt in its own column. */
  | { from: "symfony"; hash: string; salt: string; iterations?: number; digest?: "sha1" | "sha256" | "sha512" }
  /** Magento 2 with Argon2: `key:salt:3_32_2_67108864`. */
  | { from: "magento"; hash: string }
  | { from: "web2py"; hash: string }
  /** An unsalted digest in hexadecimal. It is hashed once more, by default with bcrypt (or argon2id for SHA-512). */
  | { from: "md5" | "sha1" | "sha256" | "sha512"; hash: string; policy?: HashPasswordOptions };

/** The systems that {@link convertHash} converts from. */
export type HashSystem = HashFields["from"];

/** @internal The names of each system's fields. */
export const FIELDS: { readonly [S in HashSystem]: readonly string[] } = {
  "aspnet-identity": ["hash"],
  django: ["hash"],
  laravel: ["hash"],
  "spring-security": ["hash"],
  wordpress: ["hash"],
  keycloak: ["credential"],
  firebase: ["passwordHash", "salt", "saltSeparator", "rounds", "memCost", "signerKeyId"],
  auth0: ["hash"],
  clerk: ["digest", "hasher"],
  "node-scrypt": ["hash", "salt", "N", "r", "p", "saltEncoding", "keyEncoding"],
  "node-pbkdf2": ["hash", "salt", "iterations", "digest", "saltEncoding", "keyEncoding"],
  "passport-local-mongoose": ["hash", "salt", "iterations"],
  payload: ["hash", "salt", "iterations"],
  devise: ["hash", "pepperId"],
  "flask-security": ["hash", "saltId"],
  "bcrypt-net-enhanced": ["hash"],
  meteor: ["hash"],
  symfony: ["hash", "salt", "iterations", "digest"],
  magento: ["hash"],
  web2py: ["hash"],
  md5: ["hash", "policy"],
  sha1: ["hash", "policy"],
  sha256: ["hash", "policy"],
  sha512: ["hash", "policy"],
};
