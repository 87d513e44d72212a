import { boot } from "./boot.js";
import { inlineModule } from "./inline.js";

boot(inlineModule());

export * from "./api.js";
