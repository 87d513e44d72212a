/** The core as base64, inserted by scripts/build-package.mjs; for `edgeseal/slim`, the smaller core. */
export const base64: string;
