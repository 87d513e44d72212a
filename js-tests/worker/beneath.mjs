// The Worker's main module, which wraps the real bindings to make them slow or broken.
//
// - FAR: simulates a remote database such as D1. Delays each call by up to FAR milliseconds in each direction, so that
//   requests can overtake each other.
// - RECORD: logs every prepared statement, as `SQL "…"`.
// - `x-fault` (a request header): the fault to inject.
// - `x-awaited` (a request header): respond with whether the Worker's response is a promise.
import Worker from "./index.js";

export { AccountLimiter } from "./index.js";

const statements = new WeakMap();

/** Wraps an object in a proxy that replaces some of its methods with those in `change`. */
const over = (object, change) =>
  new Proxy(object, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== "function" || name === "constructor") return value;
      return change[name] ?? value.bind(target);
    },
  });

/** Wraps a database's calls with `call`, and its batches with `batch`. Both functions also get the SQL. */
function through(database, call, batch = call) {
  const statement = (real, sql) => {
    const changed = over(real, {
      bind: (...values) => statement(real.bind(...values), sql),
      ...Object.fromEntries(
        ["all", "first", "raw", "run"].map((name) => [name, call((...given) => real[name](...given), sql)]),
      ),
    });
    statements.set(changed, { real, sql });
    return changed;
  };
  const session = (real) =>
    over(real, {
      prepare: (sql) => statement(real.prepare(sql), sql),
      batch: (list) => {
        const known = list.map((one) => statements.get(one));
        return batch(() => real.batch(known.map((one) => one.real)), known.map(({ sql }) => sql).join("\n;\n"))();
      },
      withSession: (...given) => session(real.withSession(...given)),
    });
  return session(database);
}

const far = (most) => {
  const way = () => new Promise((resolve) => setTimeout(resolve, Math.random() * most));
  return (run) =>
    async (...given) => {
      await way();
      const answer = await run(...given);
      await way();
      return answer;
    };
};
const asIs = (run) => run;
const recorded = (database) => {
  const session = (real) =>
    over(real, {
      prepare: (sql) => {
        console.log(`SQL ${JSON.stringify(sql)}`);
        return real.prepare(sql);
      },
      withSession: (...given) => session(real.withSession(...given)),
    });
  return session(database);
};
const fails = (message) => () => async () => {
  throw new Error(message);
};
const HANG = 30_000;
const hangs =
  (run) =>
  async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, HANG));
    return run(...given);
  };
const LOST = "D1_ERROR: Network connection lost.";
const lostAfter =
  (run) =>
  async (...given) => {
    await run(...given);
    throw new Error(LOST);
  };

/** Makes each write wait: first adds a row to the `held` table, and runs the write once a test has deleted that row. */
const held = (database) => {
  const waits =
    (run) =>
    async (...given) => {
      const { id } = await database.prepare(`INSERT INTO "held" DEFAULT VALUES RETURNING "id"`).first();
      const left = database.prepare(`SELECT "id" FROM "held" WHERE "id" = ?`).bind(id);
      while (await left.first()) await new Promise((resolve) => setTimeout(resolve, 5));
      return run(...given);
    };
  return through(database, (run, sql) => (/^\s*SELECT/i.test(sql) ? run : waits(run)), waits);
};

/**
 * Makes one call fail: the first one whose SQL satisfies `isIt`. The call fails before it runs or, if `done` is set,
 * afterwards.
 */
const once = (database, isIt, done) => {
  let left = 1;
  const fails =
    (is) =>
    (run) =>
    async (...given) => {
      if (!is || (left -= 1) < 0) return run(...given);
      if (done) await run(...given);
      throw new Error(LOST);
    };
  return through(database, (run, sql) => fails(isIt(sql))(run));
};
const anything = () => true;
const writing = (sql) => sql.split("\n;\n").some((one) => !/^\s*SELECT/i.test(one));

const faults = {
  /**
   * The connection breaks before the first call (`once`), before the first write (`write`) or after the first write
   * (`written`).
   */
  once: (env) => ({ DB: once(env.DB, anything, false) }),
  write: (env) => ({ DB: once(env.DB, writing, false) }),
  written: (env) => ({ DB: once(env.DB, writing, true) }),
  overloaded: (env) => ({ DB: through(env.DB, fails("D1_ERROR: D1 DB is overloaded. Requests queued for too long.")) }),
  database: (env) => ({ DB: through(env.DB, fails(LOST)) }),
  held: (env) => ({ DB: held(env.DB) }),
  stuck: (env) => ({ DB: through(env.DB, hangs) }),
  /** The connection breaks after the batch has been written. */
  batch: (env) => ({ DB: through(env.DB, asIs, lostAfter) }),
  limiter: (env) => {
    const broken = { fetch: fails("the object is overloaded")() };
    return { LIMITER: over(env.LIMITER, { getByName: (name) => over(env.LIMITER.getByName(name), broken) }) };
  },
  network: (env) => ({ IP_LIMITER: over(env.IP_LIMITER, { limit: fails("no limiter here")() }) }),
};

function broken(env, fault) {
  const away = env.FAR ? { DB: through(env.DB, far(env.FAR)) } : env.RECORD ? { DB: recorded(env.DB) } : {};
  return { ...env, ...away, ...faults[fault]?.(env) };
}

export default {
  fetch(request, env, context) {
    const answer = Worker.fetch(request, broken(env, request.headers.get("x-fault")), context);
    if (!request.headers.has("x-awaited")) return answer;
    const isPromise = answer instanceof Promise;
    return Response.json({ isPromise, status: isPromise ? undefined : answer.status });
  },
  scheduled: (event, env, context) => Worker.scheduled(event, broken(env), context),
};
