// Written by scripts/build-package.mjs.
export const base64: string;
