import module from "./edgeseal_bg.wasm";
import { boot, edge } from "./boot.js";

boot(module, edge);

export * from "./api.js";
