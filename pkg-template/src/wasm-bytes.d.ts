/** The core as base64, put in by scripts/build-package.mjs; the smaller core for `edgeseal/slim`. */
export const base64: string;
