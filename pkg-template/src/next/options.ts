import { checkOptions, misuse } from "../options.js";
import {
  prepareServer,
  serverChecks,
  type ServerOptions,
  type ServerSettings,
  undefinableOptions,
} from "../server/options.js";
import { gateOf, pathOption, type PathRules } from "./paths.js";

/** The options of {@link createAuth}. */
export interface AuthOptions extends ServerOptions {
  /** The path where people sign in. It is always public. Default `/sign-in`. */
  signInPath?: string;
  /**
   * Paths that don't need a session. Write them without `basePath`. `/docs` matches only that path, and `/docs/*` also
   * matches everything below it. `/*.svg` matches `.svg` files directly under the root. `:name` matches any one
   * segment. Everything else needs a session, except for two groups of paths. The first group is what browsers and
   * crawlers request on their own: `/favicon.ico`, `/robots.txt`, `/sitemap.xml`, `/manifest.webmanifest`,
   * `/.well-known/*`, and Next.js's metadata images (`/icon.png`, `/opengraph-image.png`, ...) for the app and for
   * public pages. The second group is the pages that links in e-mails open: `/forgot-password`, `/reset-password` and
   * `/verify-email`.
   */
  publicPaths?: readonly string[];
  /**
   * Paths for which requests without a session get a 401 with a JSON body instead of a redirect. Patterns work as in
   * `publicPaths`. Default `/api/*`.
   */
  apiPaths?: readonly string[];
  /**
   * The locales that paths may begin with, for example if you use next-intl. With `["en", "de"]`, `/de/docs` is public
   * if `/docs` is, and people without a session who request `/de/...` are sent to `/de/sign-in`. Don't set this option
   * for the Pages Router's `i18n`, because Next.js removes the locale from those paths. Default: none.
   */
  locales?: readonly string[];
}

/** A placeholder origin for code that needs a complete URL, but uses only its path. */
export const LOCAL = "http://localhost:3000";

/** Where the app runs in development if `baseURL` is not set. Next.js sets `PORT` to the port that it listens on. */
export const ownOrigin = (): string =>
  `http://localhost:${(typeof process !== "undefined" && process.env.PORT) || 3000}`;

/** The checked options, together with the prepared keys. */
export interface Settings extends ServerSettings, PathRules {}

const asPath = (value: unknown, name: string) => pathOption(value, name, false);
const asPatterns = (value: unknown, name: string) => {
  if (!Array.isArray(value)) throw misuse(name, 'an array of paths such as "/" and "/docs/*"');
  return value.map((one) => pathOption(one, name, true));
};

const checks = {
  ...serverChecks,
  signInPath: asPath,
  publicPaths: asPatterns,
  apiPaths: asPatterns,
  locales: (value: unknown, name: string) => {
    const isLocale = (one: unknown) => typeof one === "string" && /^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/.test(one);
    if (!Array.isArray(value) || !value.every(isLocale))
      throw misuse(name, 'an array of locales such as "en" and "pt-BR"');
    return value;
  },
};

/** Checks the options and prepares the keys. */
export function readOptions(options: AuthOptions): Settings {
  if (typeof options !== "object" || options === null) throw misuse("the options argument", "an object");
  const checked = checkOptions<AuthOptions>(options, checks, undefinableOptions);
  const settings: Settings = {
    signInPath: "/sign-in",
    publicPaths: [],
    apiPaths: ["/api/*"],
    locales: [],
    // The checks above guarantee that these properties have the right types.
    ...(checked as Partial<PathRules>),
    ...prepareServer(options, checked, "edgeseal/next", ownOrigin()),
  };
  const { signInPath } = settings;
  // Otherwise, the sign-in page would keep redirecting to itself.
  if (gateOf({ pathname: encodeURI(signInPath), search: "", basePath: "" }, settings, false) !== "public") {
    throw misuse("signInPath", 'the path of a page, such as "/sign-in"');
  }
  return settings;
}
