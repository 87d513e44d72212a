/** `edgeseal/edgeseal.wasm` as the bundlers of workerd and Vercel's edge import it: compiled. */
declare const module: WebAssembly.Module;
export default module;
