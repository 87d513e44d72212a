import type { HashSystem } from "./convert.js";

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
