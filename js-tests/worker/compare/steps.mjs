// The requests that both servers get, as lists of steps. Each list runs on its own pair of servers.
import { account } from "./steps/account.mjs";
import { ORIGIN } from "./steps/asking.mjs";
import { bearer } from "./steps/bearer.mjs";
import { changeEmail, changeLate, changeWithoutMail } from "./steps/change-email.mjs";
import { ending } from "./steps/ending.mjs";
import { secure, wide } from "./steps/names.mjs";
import { origins } from "./steps/origins.mjs";
import { errors, required } from "./steps/required.mjs";
import { reset, resetLate } from "./steps/reset.mjs";
import { routes } from "./steps/routes.mjs";
import { session } from "./steps/session.mjs";
import { signIn } from "./steps/sign-in.mjs";
import { signUp } from "./steps/sign-up.mjs";
import { time } from "./steps/time.mjs";
import { useSession } from "./steps/use-session.mjs";
import { outage, verify, verifyAndSignIn, verifyLate } from "./steps/verify.mjs";

export const scenarios = [
  // The order matters, because later steps use users that earlier steps create.
  {
    baseURL: ORIGIN,
    steps: [routes, errors, origins, signUp, signIn, session, account, ending, useSession].flat(),
  },
  { baseURL: "https://shop.example", steps: secure },
  { baseURL: "https://auth.shop.example", steps: wide, domain: "shop.example" },
  { baseURL: ORIGIN, steps: bearer, bearer: true },
  { baseURL: ORIGIN, steps: time, clock: true },
  {
    baseURL: ORIGIN,
    steps: [reset, verify, changeEmail, outage, resetLate, verifyLate, changeLate].flat(),
    mail: true,
    clock: true,
  },
  { baseURL: ORIGIN, steps: verifyAndSignIn, mail: true, autoSignIn: true },
  { baseURL: ORIGIN, steps: changeWithoutMail, emailChanges: true },
  { baseURL: ORIGIN, steps: required, mail: true, strict: true, clock: true },
];
