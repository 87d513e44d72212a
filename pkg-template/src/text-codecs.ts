// scripts/build-package.mjs replaces the globals with these classes, because Jest's jsdom doesn't have TextEncoder or
// TextDecoder, although the Node that it runs on does.
const global = globalThis as { TextEncoder?: typeof TextEncoder; TextDecoder?: typeof TextDecoder };
const { TextEncoder: Encoder, TextDecoder: Decoder } = global.TextDecoder && global.TextEncoder ? global : ofNode();

function ofNode(): typeof global {
  return (typeof process === "undefined" ? undefined : process?.getBuiltinModule?.("node:util")) ?? global;
}

export { Decoder as TextDecoder, Encoder as TextEncoder };
