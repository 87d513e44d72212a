// Helpers for tests that use the examples' pages.

/** Where screenshots go. */
export const artifacts = new URL("../../artifacts/", import.meta.url).pathname;

/**
 * Waits until the scripts on a page with a form are running. Until then, the browser itself posts the form to the
 * server.
 */
export const hydrated = (page) => page.waitForFunction(() => document.querySelector("main form")?.noValidate);

/** Fills in the page's form and submits it. */
export async function submit(page, fields, button) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole("main").getByRole("button", { name: button, exact: true }).click();
}

/** The id of the focused element. */
export const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.role);
