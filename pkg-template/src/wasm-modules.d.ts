// In workerd, and in bundlers for edge runtimes, importing a wasm file yields a compiled module.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
