import module from "./edgeseal_bg.wasm?module";
import { boot } from "./boot.js";

boot(module);

export * from "./api.js";
