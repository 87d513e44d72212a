// For a server that was stopped and is to come back.

/** Until somebody answers there, for half a minute. */
export async function answers(url) {
  const asked = () => fetch(url).then(({ ok }) => ok);
  const patience = Date.now() + 30_000;
  while (!(await asked().catch(() => false))) {
    if (Date.now() > patience) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
