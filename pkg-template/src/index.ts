import { boot } from "./boot.js";
import { inlineModule } from "./inline.js";
import { deriveInThread } from "./threads.js";

boot(inlineModule(), { maxMemory: 256 << 20, keptMemory: 64 << 20, deriveElsewhere: deriveInThread });

export * from "./api.js";
