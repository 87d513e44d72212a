import { internal } from "edgeseal";
import { finite } from "./claims.js";
import { epoch, seconds } from "./duration.js";
import { JWTInvalid } from "./errors.js";
import { isObject } from "./header.js";
import type { JWTPayload, ProduceJWT } from "./types.js";

/** Builds the claims of a token. */
export class ClaimsBuilder implements ProduceJWT {
  readonly #claims: JWTPayload;

  constructor(payload: JWTPayload = {}) {
    if (!isObject(payload)) throw new TypeError("JWT Claims Set MUST be an object");
    this.#claims = structuredClone(payload);
  }

  setIssuer(issuer: string): this {
    return this.#set("iss", text("iss", issuer));
  }

  setSubject(subject: string): this {
    return this.#set("sub", text("sub", subject));
  }

  setAudience(audience: string | string[]): this {
    if (!Array.from(Array.isArray(audience) ? audience : [audience]).every((one) => typeof one === "string")) {
      throw new TypeError('"aud" claim must be a string or an array of strings');
    }
    return this.#set("aud", audience);
  }

  setJti(jwtId: string): this {
    return this.#set("jti", text("jti", jwtId));
  }

  setNotBefore(input: number | string | Date): this {
    return this.#set("nbf", numericDate(input, "setNotBefore"));
  }

  setExpirationTime(input: number | string | Date): this {
    return this.#set("exp", numericDate(input, "setExpirationTime"));
  }

  setIssuedAt(input: number | string | Date = new Date()): this {
    return this.#set("iat", numericDate(input, "setIssuedAt"));
  }

  #set(claim: string, value: unknown): this {
    this.#claims[claim] = value;
    return this;
  }

  /** @internal Returns the claims as JSON. */
  protected json(): string {
    for (const claim of ["iat", "nbf", "exp"]) {
      const value = this.#claims[claim];
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new TypeError(`"${claim}" claim must be a finite number`);
      }
    }
    const json = JSON.stringify(this.#claims);
    // Refuse claims that jwtVerify would refuse.
    if (internal.isStrictObject(json)) return json;
    throw new JWTInvalid("JWT Claims Set has a lone surrogate, a number of 1e308 and above, or more than 32 levels");
  }
}

function text(claim: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`"${claim}" claim must be a string`);
  return value;
}

function numericDate(input: number | string | Date, label: string): number {
  if (typeof input === "number") return finite(input, label);
  if (input instanceof Date) return finite(epoch(input), label);
  return finite(epoch(new Date()) + seconds(input), label);
}
