// The Worker's main module with its real bindings, wrapped to count database calls, rows and Durable Object requests.
// /counted returns the counts since the previous request to /counted.
import Worker, { AccountLimiter as Limiter } from "./index.js";

const none = () => ({
  databaseCalls: 0,
  rowsRead: 0,
  rowsWritten: 0,
  objectRequests: 0,
  objectRowsWritten: 0,
  networkLimits: 0,
});
let counted = none();

/** Returns a proxy for an object, with the properties in `change` replaced. */
const over = (object, change) =>
  new Proxy(object, {
    get(target, name) {
      if (Object.hasOwn(change, name)) return change[name];
      const value = target[name];
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });

const statements = new WeakMap();

function note({ meta }) {
  counted.rowsRead += meta.rows_read;
  counted.rowsWritten += meta.rows_written;
}

async function all(real) {
  counted.databaseCalls += 1;
  const answer = await real.all();
  note(answer);
  return answer;
}

const statement = (real) => {
  const ours = over(real, {
    bind: (...values) => statement(real.bind(...values)),
    all: () => all(real),
    run: () => all(real),
    first: async (column) => {
      const [row = null] = (await all(real)).results;
      return column && row ? row[column] : row;
    },
  });
  statements.set(ours, real);
  return ours;
};

const session = (real) =>
  over(real, {
    prepare: (sql) => statement(real.prepare(sql)),
    withSession: (...given) => session(real.withSession(...given)),
    batch: async (list) => {
      counted.databaseCalls += 1;
      const answers = await real.batch(list.map((one) => statements.get(one)));
      answers.forEach(note);
      return answers;
    },
  });

const object = (real) =>
  over(real, {
    fetch: (...given) => {
      counted.objectRequests += 1;
      return real.fetch(...given);
    },
  });

const watched = (env) => ({
  ...env,
  DB: session(env.DB),
  LIMITER: over(env.LIMITER, { getByName: (name) => object(env.LIMITER.getByName(name)) }),
  IP_LIMITER: over(env.IP_LIMITER, {
    limit: (...given) => {
      counted.networkLimits += 1;
      return env.IP_LIMITER.limit(...given);
    },
  }),
});

/** Here the Durable Object runs in the same isolate as the Worker, so the counts include the object's rows. */
export class AccountLimiter extends Limiter {
  constructor(state, env) {
    const sql = over(state.storage.sql, {
      exec: (...given) => {
        const cursor = state.storage.sql.exec(...given);
        counted.objectRowsWritten += cursor.rowsWritten;
        return cursor;
      },
    });
    const storage = over(state.storage, {
      sql,
      setAlarm: (...given) => {
        counted.objectRowsWritten += 1;
        return state.storage.setAlarm(...given);
      },
    });
    super(over(state, { storage }), env);
  }
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/counted") return Worker.fetch(request, watched(env), context);
    const answer = Response.json(counted);
    counted = none();
    return answer;
  },
};
