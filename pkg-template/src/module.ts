/** What `edgeseal/edgeseal.wasm` is to a bundler that compiles it, as those of workerd and of Vercel's edge do. */
declare const module: WebAssembly.Module;
export default module;
