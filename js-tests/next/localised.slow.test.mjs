// Tests the proxy with the Pages Router's `i18n`: protection against CVE-2026-44573, and where redirects lead.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow, TREASURE } from "./app.mjs";
import { barred, startShape } from "./shape.mjs";

let app;
before(async () => {
  app = await startShape("localised");
});
after(() => app.stop());

const LOCALES = ["", "/en", "/de"];

test("with a session the page and its data are served in each locale", async () => {
  const { cookies, build } = app;
  for (const locale of LOCALES) {
    assert.ok((await follow(app, `${locale}/legacy`, { cookies })).text.includes(TREASURE), locale);
    assert.ok(
      (await follow(app, `/_next/data/${build}${locale || "/en"}/legacy.json`, { cookies })).text.includes(TREASURE),
    );
  }
});

test("without a session the page is refused, and sign-in leads back to the same locale", async () => {
  for (const locale of LOCALES) {
    const { status, headers } = await app.ask(`${locale}/legacy?tab=1`);
    assert.equal(status, 307, locale);
    const to = new URL(headers.location, app.baseURL);
    assert.match(to.pathname, /^(\/de)?\/sign-in$/);
    const back = await follow(app, to.searchParams.get("callbackUrl"), app);
    assert.ok(back.text.includes(TREASURE), `${locale} leads back to ${back.path}`);
    if (locale === "/de") assert.equal(back.path, "/de/legacy?tab=1");
  }
});

test("every form of a locale", async () => {
  for (const name of ["legacy", "vault", "dashboard", "api/vault", "plan.txt"]) {
    for (const locale of [
      "en",
      "de",
      "EN",
      "De",
      "%65n",
      "d%65",
      "en/de",
      "de/en",
      "fr",
      "en;",
      "de%2f",
      "docs/../de",
    ]) {
      await barred(app, `/${locale}/${name}`);
      await barred(app, `/${locale}//${name}`);
      await barred(app, `/${locale}/docs/../${name}`);
      await barred(app, `/${locale}/docs/%2e%2e/${name}`);
    }
    for (const headers of [{ "accept-language": "de" }, { cookie: "NEXT_LOCALE=de" }]) {
      await barred(app, `/${name}`, headers);
      await barred(app, `/${name}?__nextLocale=de&__nextDefaultLocale=de`, headers);
    }
  }
});

test("CVE-2026-44573: data without a locale, with another, and in other forms", async () => {
  const { build } = app;
  for (const name of ["legacy", "vault", "dashboard"]) {
    for (const locale of [
      "",
      "/en",
      "/de",
      "/fr",
      "/EN",
      "/%65n",
      "//en",
      "/en/",
      "/en/de",
      "/docs/../en",
      "/docs/%2e%2e",
    ]) {
      for (const headers of [{}, { "x-nextjs-data": "1" }, { "accept-language": "de" }]) {
        await barred(app, `/_next/data/${build}${locale}/${name}.json`, headers);
        await barred(app, `/de/_next/data/${build}${locale}/${name}.json`, headers);
      }
    }
  }
});
