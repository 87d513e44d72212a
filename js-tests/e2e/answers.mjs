// Waits until a stopped server is running again.

/** Waits up to 30 seconds for the server to respond. */
export async function answers(url) {
  const asked = () => fetch(url).then(({ ok }) => ok);
  const patience = Date.now() + 30_000;
  while (!(await asked().catch(() => false))) {
    if (Date.now() > patience) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
