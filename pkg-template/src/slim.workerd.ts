import module from "./edgeseal_slim_bg.wasm";
import { boot } from "./boot.js";

boot(module);

export * from "./slim-api.js";
