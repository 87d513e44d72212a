// npm run scale: computes the tables in docs/design/scale.md from the measurements of benches/operations.mjs and
// Cloudflare's published prices and limits, and writes the tables to the page. With `--check`, it only checks that the
// page contains these tables. With `--users N --requests N`, it prints the tables for a different size instead.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { at } from "../../scripts/run.mjs";

const PAGE = at("docs/design/scale.md");
const measured = JSON.parse(readFileSync(at("benches/operations.json"), "utf8"));
const HASH = measured.hash["bcrypt, cost 12"];

const DAY = 24 * 60 * 60;
const MONTH = 30 * DAY;
const MILLION = 1e6;
const GB = 1e9;

/**
 * The paid plan as of 2026-11-23: the amount included per month, and the price per additional unit in dollars.
 * scale.md links to the sources.
 */
const PRICES = {
  requests: { name: "Worker requests", included: 10 * MILLION, dollars: 0.3 / MILLION },
  cpu: { name: "Worker CPU, ms", included: 30 * MILLION, dollars: 0.02 / MILLION },
  rowsRead: { name: "D1 rows read", included: 25_000 * MILLION, dollars: 0.001 / MILLION },
  rowsWritten: { name: "D1 rows written", included: 50 * MILLION, dollars: 1 / MILLION },
  bytes: { name: "D1 bytes stored", included: 5 * GB, dollars: 0.75 / GB },
  objectRequests: { name: "Durable Object requests", included: MILLION, dollars: 0.15 / MILLION },
  objectSeconds: { name: "Durable Object GB-seconds", included: 400_000, dollars: 12.5 / MILLION },
  objectRowsWritten: { name: "Durable Object rows written", included: 50 * MILLION, dollars: 1 / MILLION },
  logs: { name: "log bytes", included: 50 * GB, dollars: 0.25 / GB },
};
const SUBSCRIPTION = 5;

const LIMITS = {
  databaseBytes: 10 * GB,
  /**
   * Cloudflare's rough figures: an indexed read takes under a millisecond, and a write takes several milliseconds.
   * Queries run one at a time.
   */
  readMilliseconds: 1,
  writeMilliseconds: 5,
  objectPerSecond: 1000,
  logsPerDay: 5e9,
};

/** The assumed load. All values are estimates: replace them with figures from your log. */
const HABITS = {
  activeShare: 0.3,
  activeHours: 4,
  /** Seconds between session refreshes while a page is open: ACCESS_TTL. */
  refreshEvery: 900,
  signInsPerActiveDay: 1 / 7,
  wrongPerSignIn: 0.2,
  signOutsPerSignIn: 0.5,
  knownBrowserShare: 0.7,
  newUsersPerMonth: 0.02,
  changesPerUserMonth: 0.01,
  getSessionShare: 0.05,
  tokenShare: 0.2,
};
const PEAK = 3;
/** How long a request to the limiter takes, in seconds. Cloudflare bills an object as if it used 128 MB of memory. */
const OBJECT_SECONDS = 0.02;
const OBJECT_GB = 0.128;
/** The size of a log event in bytes: our line and the platform's metadata. */
const LOG_BYTES = 1000;

/** Operations per second, averaged over the month. */
function load(users, requests) {
  const h = HABITS;
  const active = users * h.activeShare;
  const signIns = (active * h.signInsPerActiveDay) / DAY;
  const refresh = (active * h.activeHours * 3600) / h.refreshEvery / DAY;
  const few = {
    "sign-up": (users * h.newUsersPerMonth) / MONTH,
    "sign-in": signIns * (1 - h.knownBrowserShare),
    "sign-in, known browser": signIns * h.knownBrowserShare,
    "sign-in, wrong password": signIns * h.wrongPerSignIn,
    refresh,
    "sign-out": signIns * h.signOutsPerSignIn,
    "change-password": (users * h.changesPerUserMonth) / MONTH,
  };
  const rest = Math.max(0, requests - Object.values(few).reduce((total, one) => total + one, 0));
  return {
    ...few,
    "get-session": rest * h.getSessionShare,
    "gateway, token": rest * h.tokenShare,
    "gateway, cookie": rest * (1 - h.getSessionShare - h.tokenShare),
  };
}

/** The number of hashes per operation. A password change takes two, because it also verifies the current password. */
const hashesOf = (name) => (name === "change-password" ? 2 : /^sign-(up|in)/.test(name) ? 1 : 0);
const isWrite = (name) => measured.operations[name].rowsWritten > 0;

/** Metered usage per month. */
function month(users, requests, sampling) {
  const perSecond = Object.entries(load(users, requests));
  const sum = (of) =>
    perSecond.reduce((total, [name, often]) => total + often * of(name, measured.operations[name]), 0);
  const objectRequests = sum((_, one) => one.objectRequests + (one.objectRequests > 0 ? 1 : 0));
  const lines = sum((name) => (/^(sign|change)/.test(name) ? 2 : 1));
  const signOuts = load(users, requests)["sign-out"];
  return {
    requests: requests * MONTH,
    cpu: sum((name, one) => one.cpu + hashesOf(name) * HASH) * MONTH,
    rowsRead: sum((_, one) => one.rowsRead) * MONTH,
    rowsWritten: sum((_, one) => one.rowsWritten) * MONTH,
    bytes: users * measured.bytes.user + signOuts * MONTH * measured.bytes.endedSession,
    objectRequests: objectRequests * MONTH,
    objectSeconds: objectRequests * MONTH * OBJECT_SECONDS * OBJECT_GB,
    objectRowsWritten: sum((_, one) => one.objectRowsWritten) * MONTH,
    logs: lines * MONTH * LOG_BYTES * sampling,
  };
}

const dollarsOf = (meter, used) => Math.max(0, used - PRICES[meter].included) * PRICES[meter].dollars;
const total = (used) =>
  Object.entries(used).reduce((sum, [meter, amount]) => sum + dollarsOf(meter, amount), SUBSCRIPTION);

/** The share of requests to log, chosen so that logging stays cheap; 1 if logging all of them is cheap enough. */
const samplingOf = (requests) => Math.min(1, 1000 / requests);

const whole = (value) => Math.round(value).toLocaleString("en-US");
const short = (value) => (value >= 10 ? whole(value) : value.toFixed(value >= 1 ? 1 : 2));
const UNITS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
];
const big = (value) => {
  const [unit, name] = UNITS.find(([one]) => value >= one) ?? [];
  return unit ? `${short(value / unit)} ${name}` : short(value);
};
const dollars = (value) => `$${whole(value)}`;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

function operations() {
  const head = [
    "operation",
    "CPU, ms",
    "hashes",
    "D1 calls",
    "D1 rows read",
    "D1 rows written",
    "object requests",
    "object rows written",
    "response, bytes",
  ];
  const rows = Object.entries(measured.operations).map(([name, one]) => [
    name,
    one.cpu.toFixed(1),
    hashesOf(name),
    one.databaseCalls,
    one.rowsRead,
    one.rowsWritten,
    one.objectRequests,
    one.objectRowsWritten,
    whole(one.bytes),
  ]);
  const { day, machine, bytes } = measured;
  return `${table(head, rows)}

A hash (bcrypt, cost 12) takes another ${HASH} ms of CPU time. A user takes up ${bytes.user} bytes in the database, including indexes; a
signed-out session takes up ${bytes.endedSession} bytes for 30 days. The figures were measured on ${day} on this machine:
${machine}.`;
}

function loads(users, requests) {
  const rows = Object.entries(load(users, requests)).map(([name, often]) => [name, short(often), short(often * PEAK)]);
  return table(["operation", "mean per second", `peak per second (${PEAK} times the mean)`], rows);
}

function costs(users, requests) {
  const sampling = samplingOf(requests);
  const used = month(users, requests, sampling);
  const rows = Object.entries(used).map(([meter, amount]) => [
    PRICES[meter].name,
    big(amount),
    big(PRICES[meter].included),
    dollars(dollarsOf(meter, amount)),
  ]);
  rows.push(["subscription", "", "", dollars(SUBSCRIPTION)], ["total", "", "", dollars(total(used))]);
  const all = month(users, requests, 1);
  const hashing = Object.entries(load(users, requests)).reduce((sum, [name, often]) => sum + often * hashesOf(name), 0);
  return `${table(["per month", "used", "included", "cost"], rows)}

Logs cover ${short(sampling * 100)} % of requests (\`head_sampling_rate\`); logging all requests would cost ${dollars(dollarsOf("logs", all.logs))}. Hashing takes
${big(hashing * HASH * MONTH)} ms of CPU time, which costs ${dollars(hashing * HASH * MONTH * PRICES.cpu.dollars)}.`;
}

function sizes() {
  const rows = [
    [10_000, 100],
    [100_000, 1000],
    [1_000_000, 10_000],
    [10_000_000, 100_000],
  ].map(([users, requests]) => {
    const used = month(users, requests, samplingOf(requests));
    const database =
      dollarsOf("rowsRead", used.rowsRead) +
      dollarsOf("rowsWritten", used.rowsWritten) +
      dollarsOf("bytes", used.bytes);
    const objects = ["objectRequests", "objectSeconds", "objectRowsWritten"].reduce(
      (sum, one) => sum + dollarsOf(one, used[one]),
      0,
    );
    const worker = dollarsOf("requests", used.requests) + dollarsOf("cpu", used.cpu);
    return [
      whole(users),
      whole(requests),
      ...[worker, database, objects, dollarsOf("logs", used.logs), total(used)].map(dollars),
    ];
  });
  return table(["users", "requests/s", "Worker", "D1", "Durable Objects", "logs", "per month"], rows);
}

function ends(users, requests) {
  const used = month(users, requests, 1);
  const often = load(users, requests);
  const at = (test) => Object.entries(often).reduce((sum, [name, one]) => sum + (test(name) ? one : 0), 0) * PEAK;
  const isRead = (name) => !isWrite(name) && measured.operations[name].databaseCalls > 0;
  const [reads, writes] = [at(isRead), at(isWrite)];
  const busy = reads * LIMITS.readMilliseconds + writes * LIMITS.writeMilliseconds;
  const hashing = Object.entries(often).reduce((sum, [name, one]) => sum + one * hashesOf(name), 0) * PEAK;
  const lines = (used.logs / LOG_BYTES / MONTH) * DAY;
  const of = (value, limit) => `${short((value / limit) * 100)} %`;
  const until = (value, limit) => whole(Number(((users * limit) / value).toPrecision(2)));
  return table(
    ["part", "at this size", "limit", "share", "users at the limit"],
    [
      [
        "D1 database size",
        `${short(used.bytes / GB)} GB`,
        "10 GB",
        of(used.bytes, LIMITS.databaseBytes),
        until(used.bytes, LIMITS.databaseBytes),
      ],
      [
        "D1 query time, at peak",
        `${short(reads)} reads, ${short(writes)} writes per second`,
        "1,000 ms per second",
        of(busy, 1000),
        until(busy, 1000),
      ],
      [
        "D1 query time on the primary, at peak",
        `${short(writes)} writes per second`,
        "1,000 ms per second",
        of(writes * LIMITS.writeMilliseconds, 1000),
        until(writes * LIMITS.writeMilliseconds, 1000),
      ],
      [
        "one account's Durable Object",
        "one request per attempt",
        `${whole(LIMITS.objectPerSecond)} per second`,
        "-",
        "no limit: the load depends on the attempts on one account",
      ],
      [
        "hashing, at peak",
        `${short(hashing)} hashes per second`,
        "none published",
        `${short((hashing * HASH) / 1000)} cores`,
        "-",
      ],
      [
        "log lines, without sampling",
        `${big(lines)} per day`,
        "5 G per day",
        of(lines, LIMITS.logsPerDay),
        until(lines, LIMITS.logsPerDay),
      ],
    ],
  );
}

const { values } = parseArgs({
  options: { check: { type: "boolean" }, users: { type: "string" }, requests: { type: "string" } },
});
const users = Number(values.users ?? 10_000_000);
const requests = Number(values.requests ?? 100_000);
const tables = {
  operations: operations(),
  load: loads(users, requests),
  costs: costs(users, requests),
  sizes: sizes(),
  ends: ends(users, requests),
};
if (values.users || values.requests) {
  console.log([tables.load, tables.costs, tables.ends].join("\n\n"));
} else {
  const page = readFileSync(PAGE, "utf8");
  let next = page;
  for (const [name, text] of Object.entries(tables)) {
    const marks = new RegExp(`(<!-- ${name}: made by npm run scale -->\n)[^]*?(<!-- end -->)`);
    if (!marks.test(next)) throw new Error(`docs/design/scale.md has no place for ${name}`);
    next = next.replace(marks, (_, start, end) => `${start}\n${text}\n\n${end}`);
  }
  if (!values.check) writeFileSync(PAGE, next);
  else if (next !== page) {
    console.error("docs/design/scale.md is not what docs/design/scale.mjs prints: run npm run scale");
    process.exitCode = 1;
  }
}
