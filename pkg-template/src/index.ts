import { boot } from "./boot.js";
import { inlineModule } from "./inline.js";
import { deriveInThread } from "./threads.js";
import { base64 } from "./wasm-bytes.js";

boot(inlineModule(base64), { maxMemory: 256 << 20, keptMemory: 64 << 20, deriveElsewhere: deriveInThread });

export * from "./api.js";
