// The Worker's compatibility date: either the one in wrangler.toml or the newest one.
import { readFileSync } from "node:fs";
import { supportedCompatibilityDate } from "miniflare";

const DEPLOYED = /^compatibility_date = "(\d{4}-\d\d-\d\d)"$/m.exec(
  readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8"),
)[1];

/** The newest date that the installed workerd supports. */
export const NEWEST = supportedCompatibilityDate;

/** The date to test with. Set the `COMPATIBILITY_DATE` environment variable to `newest` to use the newest one. */
export const compatibilityDate = process.env.COMPATIBILITY_DATE === "newest" ? NEWEST : DEPLOYED;
