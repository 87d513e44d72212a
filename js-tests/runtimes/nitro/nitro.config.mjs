// In Nuxt, these settings go under `nitro` in nuxt.config.ts.
export default {
  compatibilityDate: "2026-11-01",
  experimental: { wasm: process.env.NITRO_WASM === "on" },
};
