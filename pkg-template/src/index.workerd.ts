import module from "./edgeseal_bg.wasm";
import { boot } from "./boot.js";

boot(module);

export * from "./api.js";
