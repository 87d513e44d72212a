/** The core as base64: scripts/build-package.mjs puts it in, for `edgeseal/slim` the smaller one. */
export const base64: string;
