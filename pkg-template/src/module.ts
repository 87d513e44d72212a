/** `edgeseal/edgeseal.wasm` in the compiled form that bundlers for workerd and Vercel's edge import. */
declare const module: WebAssembly.Module;
export default module;
