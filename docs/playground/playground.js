import { generateSecret } from "./edgeseal/index.js";
import { hashTab } from "./hash.js";
import { element } from "./page.js";
import { tokenTab } from "./token.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

function choose(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    element(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
}

for (const [i, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const next = step ? tabs.at((i + step) % tabs.length) : { Home: tabs[0], End: tabs.at(-1) }[key];
    if (!next) return;
    choose(next);
    next.focus();
  });
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.addEventListener("click", () => {
    const field = element(button.getAttribute("aria-controls"));
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}

// The forms exist only for the browser's built-in behaviour; none of them is submitted.
document.addEventListener("submit", (event) => event.preventDefault());

element("generate").addEventListener("click", () => {
  element("generated").value = generateSecret();
  element("generated").select();
});

tokenTab();
hashTab();
element("loading").hidden = true;
document.querySelector("main").hidden = false;
