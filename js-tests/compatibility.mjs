// The Worker's compatibility date: the one in wrangler.toml, or the newest.
import { readFileSync } from "node:fs";
import { supportedCompatibilityDate } from "miniflare";

const DEPLOYED = /^compatibility_date = "(\d{4}-\d\d-\d\d)"$/m.exec(
  readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8"),
)[1];

/** The newest date that the installed workerd knows. */
export const NEWEST = supportedCompatibilityDate;

/** `COMPATIBILITY_DATE=newest` tests the Worker with the newest date. */
export const compatibilityDate = process.env.COMPATIBILITY_DATE === "newest" ? NEWEST : DEPLOYED;
