const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;

/**
 * @internal Returns whether a value is a Uint8Array. `instanceof` fails for arrays from other realms: jsdom, `vm`,
 * iframes.
 */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf?.call(value) === "Uint8Array";
}
