import module from "./edgeseal_slim_bg.wasm?module";
import { boot } from "./boot.js";

boot(module);

export * from "./slim-api.js";
