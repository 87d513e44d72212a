import module from "./edgeseal_bg.wasm?module";
import { boot, edgePlatform } from "./boot.js";

boot(module, edgePlatform);

export * from "./api.js";
