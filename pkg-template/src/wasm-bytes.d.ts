/** The core as base64. scripts/build-package.mjs inserts it. For `edgeseal/slim`, this is the smaller core. */
export const base64: string;
