// The origin of a request.
import { CAROL, IN, NEW, NOBODY, ORIGIN, TRUSTED, UP, bare, get, post } from "./asking.mjs";

export const origins = [
  // The origin of a sign-up.
  ...Object.entries({
    "a foreign origin": { origin: "http://evil.example" },
    "the origin null": { origin: "null" },
    "the origin null of the same origin": { origin: "null", "sec-fetch-site": "same-origin" },
    "a foreign referer": { referer: "http://evil.example/" },
    "a cookie and no origin": { cookie: "theme=dark" },
    "a cookie and a foreign origin": { cookie: "theme=dark", origin: "http://evil.example" },
    "a cookie and a foreign referer": { cookie: "theme=dark", referer: "http://evil.example/" },
    "another port": { cookie: "theme=dark", origin: "http://localhost:3001" },
    "another scheme": { cookie: "theme=dark", origin: "https://localhost:3000" },
    "an origin that begins alike": { cookie: "theme=dark", origin: `${ORIGIN}.evil.example` },
    "an origin that is no URL": { cookie: "theme=dark", origin: "localhost:3000" },
    "fetch metadata and no origin": { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" },
    "a cross-site navigation": { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    "a cross-site navigation from a trusted page": {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      origin: ORIGIN,
    },
    "a cross-site navigation with a cookie": {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      cookie: "theme=dark",
      origin: "http://evil.example",
    },
    "our origin with a slash": { cookie: "theme=dark", origin: `${ORIGIN}/` },
    "our origin with a path": { cookie: "theme=dark", origin: `${ORIGIN}/page` },
    "our origin in capitals": { cookie: "theme=dark", origin: ORIGIN.toUpperCase() },
    "our origin as a user name": { cookie: "theme=dark", origin: `${ORIGIN}@evil.example` },
    "a bare referer": { cookie: "theme=dark", referer: ORIGIN },
    "a referer of a trusted page": { cookie: "theme=dark", referer: `${TRUSTED}/page?x=1` },
    "a referer that begins alike": { cookie: "theme=dark", referer: `${ORIGIN}.evil.example/` },
    "a trusted origin and a foreign referer": {
      cookie: "theme=dark",
      origin: TRUSTED,
      referer: "http://evil.example/",
    },
    "the origin null and a trusted referer": { cookie: "theme=dark", origin: "null", referer: `${ORIGIN}/` },
    "an empty cookie and no origin": { cookie: "" },
    "a cross-site call": { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", origin: "http://evil.example" },
  }).flatMap(([name, headers]) => [
    bare(`${IN}: ${name}`, post(IN, NOBODY, headers)),
    bare(`${UP}: ${name}`, post(UP, { ...CAROL, password: "short" }, headers)),
    bare(`/sign-out, no session: ${name}`, post("/sign-out", {}, headers)),
  ]),
  bare("a foreign origin before broken JSON", post(UP, "{", { cookie: "a=b", origin: "http://evil.example" })),
  bare("a foreign origin before missing members", post(UP, {}, { cookie: "a=b", origin: "http://evil.example" })),
  bare(
    "a foreign origin before a wrong media type",
    post(UP, "x", { cookie: "a=b", origin: "http://evil.example", "content-type": "text/plain" }),
  ),
  bare("a foreign origin without cookies, missing members", post(UP, {}, { origin: "http://evil.example" })),
  bare(
    "a foreign origin without cookies, a foreign callbackURL",
    post(UP, { ...NEW, callbackURL: "https://evil.example" }, { origin: "http://evil.example" }),
  ),
  bare("a foreign origin at an unknown path", post("/nope", {}, { cookie: "a=b", origin: "http://evil.example" })),
  bare("a foreign origin at a GET", get("/get-session", { cookie: "a=b", origin: "http://evil.example" })),
  bare(
    "a foreign origin at change-password, no session",
    post("/change-password", {}, { cookie: "a=b", origin: "http://evil.example" }),
  ),
  bare("a foreign origin at sign-up by PUT", {
    ...post(UP, {}, { cookie: "a=b", origin: "http://evil.example" }),
    method: "PUT",
  }),
];
