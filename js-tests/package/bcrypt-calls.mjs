// Records the outcome of each call to bcryptjs's API, and how the outcome is delivered.

/** The value that a synchronous call returns, or the error that it throws. */
export function outcome(call) {
  try {
    return { gave: call() };
  } catch (error) {
    return { threw: `${error.constructor.name}: ${error.message}` };
  }
}

/** The outcome of a call that may return a promise, and whether the call threw, resolved or rejected. */
export async function arrival(call) {
  const at = outcome(call);
  if (!(at.gave instanceof Promise)) return at;
  return at.gave.then(
    (resolved) => ({ resolved }),
    (error) => ({ rejected: `${error.constructor.name}: ${error.message}` }),
  );
}

/** What a call passes to its callback, what it returns, and which of the two comes first. */
export const calledBack = (call) =>
  new Promise((resolve) => {
    const order = [];
    const returned = outcome(() =>
      call((error, result) => {
        order.push("callback");
        resolve({ error: error && `${error.constructor.name}: ${error.message}`, result, order, returned });
      }),
    );
    order.push("returned");
    if (returned.threw) resolve({ returned });
  });

export const TEXTS = [
  "",
  " ",
  "correct horse",
  "x".repeat(71),
  "x".repeat(72),
  "é".repeat(36),
  `${"x".repeat(70)}é`,
  "€".repeat(24),
  "🦀".repeat(18),
  "パスワード🔑密码",
  "\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}",
  "cafe\u0301",
  "\ufeffbom",
  "\0",
  "a\0b",
  "\0after",
  "before\0",
  "\ud800",
  "a\udfffb",
  "\udc00\ud800",
  `${"x".repeat(69)}\ud83e`,
];
export const LONG = [
  "y".repeat(73),
  "é".repeat(100),
  `${"x".repeat(71)}é`,
  `${"x".repeat(70)}🦀`,
  `${"x".repeat(71)}🦀`,
  `${"x".repeat(72)}🦀`,
  `${"x".repeat(71)}\ud83e`,
  `${"x".repeat(71)}\ud83ez`,
  "🦀".repeat(64),
  "z".repeat(100_000),
];
