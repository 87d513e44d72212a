// Maps the names in the rows' `check` fields ("group.name") to the checks. A check throws if its row fails.
import { hdr, method, path, redir } from "./groups/answers.mjs";
import { cors, csrf } from "./groups/browser.mjs";
import { conf } from "./groups/conf.mjs";
import { cookie } from "./groups/cookie.mjs";
import { enumeration } from "./groups/enum.mjs";
import { gate } from "./groups/gate.mjs";
import { body, ctype, sql } from "./groups/input.mjs";
import { iso } from "./groups/iso.mjs";
import { mail } from "./groups/mail.mjs";
import { next } from "./groups/next.mjs";
import { pw } from "./groups/pw.mjs";
import { rate } from "./groups/rate.mjs";
import { spoof } from "./groups/spoof.mjs";

const GROUPS = {
  ...{ gate, spoof, next, iso, enum: enumeration, rate, pw, mail, sql },
  ...{ csrf, cors, cookie, hdr, method, conf },
  body: { sent: body },
  ctype: { crossSite: ctype },
  path: { canonical: path },
  redir: { callback: redir },
};

export const CHECKS = Object.fromEntries(
  Object.entries(GROUPS).flatMap(([group, checks]) =>
    Object.entries(checks).map(([name, check]) => [`${group}.${name}`, check]),
  ),
);
