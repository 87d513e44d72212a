// Every group of rows, by its name, with what judges a row of it: it returns where the row holds.
import { hdr, method, path, redir } from "./answers.mjs";
import { cors, csrf } from "./browser.mjs";
import { conf } from "./conf.mjs";
import { cookie } from "./cookie.mjs";
import { enumeration } from "./enum.mjs";
import { gate } from "./gate.mjs";
import { body, ctype, sql } from "./input.mjs";
import { iso } from "./iso.mjs";
import { mail } from "./mail.mjs";
import { next } from "./next.mjs";
import { pw } from "./pw.mjs";
import { rate } from "./rate.mjs";
import { spoof } from "./spoof.mjs";

export const GROUPS = {
  ...{ gate, spoof, next, iso, enum: enumeration, rate, pw, mail, sql, body, ctype },
  ...{ csrf, cors, cookie, hdr, path, method, redir, conf },
};
