// jose's types for HMAC, under the same names as in jose.

/** An algorithm's name (RFC 7518 §3.2). Other names compile, as with jose, but are refused at run time. */
export type JWSAlgorithm = "HS256" | "HS384" | "HS512" | (string & {});

/** Header parameters of both JWS and JWE. */
export interface JoseHeaderParameters {
  /** Key id. */
  kid?: string;
  /** Never used to find a key. */
  x5t?: string;
  /** Never used to find a key. */
  x5c?: string[];
  /** Never used to find a key. */
  x5u?: string;
  /** Never used to find a key. */
  jku?: string;
  /** Never used as a key. */
  jwk?: JWK;
  /** Media type of the token. */
  typ?: string;
  /** Media type of the payload. */
  cty?: string;
}

/** Header parameters of a JWS (RFC 7515 §4.1). */
export interface JWSHeaderParameters extends JoseHeaderParameters {
  alg?: JWSAlgorithm;
  /** Whether the payload is encoded as base64url (RFC 7797). */
  b64?: boolean;
  /** Extensions that must be understood. */
  crit?: string[];
  [parameter: string]: unknown;
}

/** The header of a compact JWS, which has an `alg`. */
export interface CompactJWSHeaderParameters extends JWSHeaderParameters {
  alg: JWSAlgorithm;
}

/** The header of a JWT. */
export interface JWTHeaderParameters extends CompactJWSHeaderParameters {
  b64?: true;
}

/** The result of {@link decodeProtectedHeader}. This header is not verified. */
export type ProtectedHeaderParameters = JWSHeaderParameters & { enc?: string };

/** Claims. Registered claims have the types that RFC 7519 §4.1 defines. */
export interface JWTPayload {
  iss?: string;
  sub?: string;
  aud?: string | string[];
  jti?: string;
  /** In seconds since the epoch. */
  nbf?: number;
  /** In seconds since the epoch. */
  exp?: number;
  /** In seconds since the epoch. */
  iat?: number;
  [claim: string]: unknown;
}

/** A JSON Web Key (RFC 7517); only keys with `kty` `oct` are supported here. */
export type JWK = {
  kty?: string;
  /** The key's bytes in base64url. */
  k?: string;
  alg?: string;
  use?: string;
  key_ops?: string[];
  ext?: boolean;
  kid?: string;
  [parameter: string]: unknown;
};

/** A Node `KeyObject` whose type is `secret`. */
export interface KeyObject {
  type: string;
}

/** A WebCrypto key. This is the runtime's own type, if it has one. */
export type CryptoKey = typeof globalThis extends {
  crypto: { subtle: { generateKey(...args: never[]): Promise<infer Key> } };
}
  ? Extract<Key, { type: string }>
  : {
      readonly algorithm: { name: string };
      readonly extractable: boolean;
      readonly type: string;
      readonly usages: string[];
    };

/** A secret: bytes, a `CryptoKey`, a `KeyObject` or a JWK. */
export type KeyInput = CryptoKey | KeyObject | JWK | Uint8Array;

/** The parts of a token, as they are passed to a function that finds the token's key. They are not verified. */
export interface FlattenedJWSInput {
  payload: string | Uint8Array;
  signature: string;
  protected?: string;
  header?: JWSHeaderParameters;
}

/** A function that finds a token's key based on the token's header, which is not verified yet. */
export interface GetKeyFunction<Header, Token, Key extends KeyInput = KeyInput> {
  (protectedHeader: Header, token: Token): Promise<Key> | Key;
}

type Resolvable = CryptoKey | Uint8Array;

/** The function that finds the key for {@link jwtVerify}. */
export interface JWTVerifyGetKey<Key extends Resolvable = Resolvable> extends GetKeyFunction<
  CompactJWSHeaderParameters,
  FlattenedJWSInput,
  Key | KeyObject | JWK
> {}

/** The function that finds the key for {@link compactVerify}. */
export interface CompactVerifyGetKey<Key extends Resolvable = Resolvable> extends GetKeyFunction<
  CompactJWSHeaderParameters,
  FlattenedJWSInput,
  Key | KeyObject | JWK
> {}

/** The extensions in `crit` that the caller understands. */
export interface CritOption {
  /** Keyed by the name of the extension. The value says whether the extension must be in the protected header. */
  crit?: { [parameter: string]: boolean };
}

/** Options for signing. */
export interface SignOptions extends CritOption {}

/** Options for verifying. */
export interface VerifyOptions extends CritOption {
  /** Allowed algorithms. Default: HS256, HS384 and HS512. */
  algorithms?: JWSAlgorithm[];
}

/** The claims that a token must have. */
export interface JWTClaimVerificationOptions {
  /** The expected `aud`, or several allowed values. Without this option, `aud` is not checked. */
  audience?: string | string[];
  /** The expected `iss`, or several allowed values. */
  issuer?: string | string[];
  /** The expected `sub`. */
  subject?: string;
  /** The expected media type in the header's `typ`. */
  typ?: string;
  /** Clock skew to allow, in seconds or as a duration: `"5s"`, `"2 minutes"`. */
  clockTolerance?: string | number;
  /** The maximum age of a token according to its `iat`, in seconds or as a duration. */
  maxTokenAge?: string | number;
  /** The time to use instead of the current time. */
  currentDate?: Date;
  /** Claims that must be present, with any value. */
  requiredClaims?: string[];
}

/** Options of {@link jwtVerify}. */
export interface JWTVerifyOptions extends VerifyOptions, JWTClaimVerificationOptions {}

/** A valid JWS. */
export interface CompactVerifyResult {
  payload: Uint8Array;
  protectedHeader: CompactJWSHeaderParameters;
}

/** A valid JWT. */
export interface JWTVerifyResult<Payload = JWTPayload> {
  payload: Payload & JWTPayload;
  protectedHeader: JWTHeaderParameters;
}

/** The key that the caller's function returned. */
export interface ResolvedKey<Key extends Resolvable = Resolvable> {
  key: Key;
}

/** Builds the claims of a token through chained calls. */
export interface ProduceJWT {
  /** Sets `iss`. */
  setIssuer(issuer: string): this;
  /** Sets `sub`. */
  setSubject(subject: string): this;
  /** Sets `aud`. */
  setAudience(audience: string | string[]): this;
  /** Sets `jti`. */
  setJti(jwtId: string): this;
  /** Sets `nbf`: seconds since the epoch, a date, or a duration from now. */
  setNotBefore(input: number | string | Date): this;
  /** Sets `exp`: seconds since the epoch, a date, or a duration from now such as `"15m"`. */
  setExpirationTime(input: number | string | Date): this;
  /** Sets `iat` to the current time, or to any value that `nbf` and `exp` accept. */
  setIssuedAt(input?: number | string | Date): this;
}
