import module from "./edgeseal_bg.wasm?module";
import { boot, edge } from "./boot.js";

boot(module, edge);

export * from "./api.js";
