/** `edgeseal/edgeseal.wasm` as a compiled module. Bundlers for workerd and Vercel's edge import it in this form. */
declare const module: WebAssembly.Module;
export default module;
