import { boot } from "./boot.js";
import { inlineModule } from "./inline.js";
import { base64 } from "./wasm-bytes.js";

boot(inlineModule(base64));

export * from "./slim-api.js";
