export { hs256, type Hs256Claims, type Hs256JwtOptions, type Hs256Options } from "./better-auth/hs256.js";
export { password, type PasswordHooks, type PasswordPolicy } from "./better-auth/password.js";
export { rehashOnSignIn, type RehashContext, type RehashPlugin } from "./better-auth/rehash.js";
export { secretVersions, type SecretVersion } from "./better-auth/secrets.js";
export {
  createSessionVerifier,
  getVerifiedSession,
  type SessionSource,
  type SessionVerifier,
  type VerifiedSessionOptions,
} from "./better-auth/session.js";
export type { AuthSession } from "./session/session.js";
