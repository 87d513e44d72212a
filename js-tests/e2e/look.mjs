// Checks a page in both colour schemes on two devices: runs axe, checks that the page doesn't scroll horizontally, and
// takes screenshots.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { artifacts } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DEVICES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 720 } };
// The Content Security Policy rightly blocks scripts that are injected into the page, such as axe.
export const BY_AXE = { bypassCSP: true };

export async function look(page, name) {
  mkdirSync(artifacts, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [device, size] of Object.entries(DEVICES)) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${artifacts}${name}-${device}-${colorScheme}.png` });
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
        false,
        `${name} is wider than a ${device}`,
      );
      if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
      );
      assert.deepEqual(found, [], `${name}, ${colorScheme}, ${device}`);
      assert.ok(passes.length > 10, `${name}: axe looked at something`);
    }
  }
}
