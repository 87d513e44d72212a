// The schemas that Better Auth's generators produce, by version, adapter and options.
//
// - `cli`: the package that contains the generator. On npm, its first 1.7 release is 1.7.1, which creates the same
//   tables as 1.7.0 would.
// - `server`: the version of the real Better Auth server that uses the database.
// - `renamed`: whether to rename the generated schema's columns to camelCase, as some people do.
// - `dates`: the format of the date columns (`text`, `seconds` or `milliseconds`).
const plugins = ["admin", "twoFactor", "username"];

export const SHAPES = {
  "kysely-1.4.22": { cli: "@better-auth/cli", server: "1.4.22", adapter: "kysely", dates: "text" },
  "kysely-1.7.0": { cli: "auth-1.7.1", server: "1.7.0", adapter: "kysely", dates: "text" },
  "kysely-1.7.25": { cli: "auth-1.7.7", server: "1.7.25", adapter: "kysely", dates: "text" },
  "kysely-1.7.25-plugins": { cli: "auth-1.7.7", server: "1.7.25", adapter: "kysely", dates: "text", plugins },
  "drizzle-1.3.4": { cli: "cli-1.3.4", server: "1.3.4", adapter: "drizzle", dates: "seconds" },
  "drizzle-1.3.4-camel": {
    cli: "cli-1.3.4",
    server: "1.3.4",
    adapter: "drizzle",
    dates: "seconds",
    renamed: true,
  },
  "drizzle-1.4.22": { cli: "@better-auth/cli", server: "1.4.22", adapter: "drizzle", dates: "milliseconds" },
  "drizzle-1.4.22-camel": {
    cli: "@better-auth/cli",
    server: "1.4.22",
    adapter: "drizzle",
    dates: "milliseconds",
    renamed: true,
  },
  "drizzle-1.7.0": { cli: "auth-1.7.1", server: "1.7.0", adapter: "drizzle", dates: "milliseconds" },
  "drizzle-1.7.0-plural": {
    cli: "auth-1.7.1",
    server: "1.7.0",
    adapter: "drizzle",
    dates: "milliseconds",
    plural: true,
  },
  "drizzle-1.7.25": { cli: "auth-1.7.7", server: "1.7.25", adapter: "drizzle", dates: "milliseconds" },
  "drizzle-1.7.25-plural": {
    cli: "auth-1.7.7",
    server: "1.7.25",
    adapter: "drizzle",
    dates: "milliseconds",
    plural: true,
  },
  "drizzle-1.7.25-plugins": {
    cli: "auth-1.7.7",
    server: "1.7.25",
    adapter: "drizzle",
    dates: "milliseconds",
    plugins,
  },
};
