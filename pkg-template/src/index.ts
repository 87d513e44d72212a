import { boot } from "./boot.js";
import { inlineModule } from "./inline.js";
import { deriveInThread } from "./threads.js";
import { base64 } from "./wasm-bytes.js";

// These are 256 and 64 MiB, written as literals because esbuild would treat a shift as a side effect, and keep the wasm
// in every bundle.
boot(inlineModule(base64), { maxMemory: 0x1000_0000, keptMemory: 0x400_0000, deriveElsewhere: deriveInThread });

export * from "./api.js";
