// Sessions over time.
import { client, later } from "./asking.mjs";

const HOURS = 1;
const DAYS = 24;
const ADA = { name: "Ada", email: "ada@example.com", password: "first password" };
const signIn = (auth, more) => auth.signIn.email({ email: ADA.email, password: ADA.password, ...more });

export const time = [
  client("day 0: sign-up", "daily", (auth) => auth.signUp.email(ADA)),
  client("day 0: sign-in of one who comes back late", "late", (auth) => signIn(auth)),
  client("day 0: sign-in of one who stays away", "away", (auth) => signIn(auth)),
  client("day 0: sign-in, not to be remembered", "unremembered", (auth) => signIn(auth, { rememberMe: false })),
  client("day 0: sign-in, not to be remembered, who stays away", "forgotten", (auth) =>
    signIn(auth, { rememberMe: false }),
  ),
  later(
    0.2 * HOURS,
    client("12 minutes: get-session, from the cache", "daily", (auth) => auth.getSession()),
  ),
  later(
    0.3 * HOURS,
    client("18 minutes: get-session", "daily", (auth) => auth.getSession()),
  ),
  later(
    0.3 * HOURS,
    client("18 minutes: token", "late", (auth) => auth.$fetch("/token")),
  ),
  later(
    23 * HOURS,
    client("23 hours: list-sessions", "late", (auth) => auth.listSessions()),
  ),
  later(
    23 * HOURS,
    client("23 hours: get-session, not remembered", "unremembered", (auth) => auth.getSession()),
  ),
  later(
    25 * HOURS,
    client("25 hours: get-session", "late", (auth) => auth.getSession()),
  ),
  later(
    25 * HOURS,
    client("25 hours: list-sessions", "late", (auth) => auth.listSessions()),
  ),
  later(
    25 * HOURS,
    client("25 hours: delete-user without a password", "late", (auth) => auth.deleteUser({})),
  ),
  later(
    25 * HOURS,
    client("25 hours: delete-user with a wrong password", "late", (auth) => auth.deleteUser({ password: "wrong one" })),
  ),
  later(
    25 * HOURS,
    client("25 hours: update-user", "late", (auth) => auth.updateUser({ name: "Ada L." })),
  ),
  later(
    25 * HOURS,
    client("25 hours: get-session, not remembered, seen 2 hours ago", "unremembered", (auth) => auth.getSession()),
  ),
  later(
    25 * HOURS,
    client("25 hours: get-session, not remembered, who stayed away", "forgotten", (auth) => auth.getSession()),
  ),
  later(
    25 * HOURS,
    client("25 hours: get-session once more", "forgotten", (auth) => auth.getSession()),
  ),
  later(
    26 * HOURS,
    client("26 hours: list-sessions", "late", (auth) => auth.listSessions()),
  ),
  ...[6, 12, 18, 24, 29].map((day) =>
    later(
      day * DAYS,
      client(`day ${day}: get-session`, "daily", (auth) => auth.getSession()),
    ),
  ),
  later(
    29 * DAYS,
    client("day 29: get-session of one who stayed away", "away", (auth) => auth.getSession()),
  ),
  later(
    31 * DAYS,
    client("day 31: get-session", "daily", (auth) => auth.getSession()),
  ),
  later(
    31 * DAYS,
    client("day 31: sign-in", "daily", (auth) => signIn(auth)),
  ),
  later(
    31 * DAYS,
    client("day 31: delete-user without a password", "daily", (auth) => auth.deleteUser({})),
  ),
];
