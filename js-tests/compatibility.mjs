// The compatibility date of the Worker, as it is deployed: wrangler.toml has it.
import { readFileSync } from "node:fs";
import { supportedCompatibilityDate } from "miniflare";

const DEPLOYED = /^compatibility_date = "(\d{4}-\d\d-\d\d)"$/m.exec(
  readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8"),
)[1];

/** The newest that the installed workerd knows. */
export const NEWEST = supportedCompatibilityDate;

/** `COMPATIBILITY_DATE=newest` runs tests as the Worker will run once its date is raised. */
export const compatibilityDate = process.env.COMPATIBILITY_DATE === "newest" ? NEWEST : DEPLOYED;
