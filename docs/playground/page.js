// What both tabs do with the page.

export const element = (id) => document.getElementById(id);

/** Says a verdict in that box; announced by screen readers only where it is another. */
export function verdictOf(id) {
  const box = element(id);
  const texts = box.querySelectorAll("strong, p");
  return (state, ...said) => {
    box.hidden = false;
    box.dataset.state = state;
    texts.forEach((text, i) => {
      if (text.textContent !== (said[i] ?? "")) text.textContent = said[i] ?? "";
    });
  };
}

/** Terms and what they are, as a list. */
export function list(id, entries) {
  element(id).replaceChildren(
    ...entries.flat().map((text, i) => {
      const part = document.createElement(i % 2 === 0 ? "dt" : "dd");
      part.textContent = text;
      return part;
    }),
  );
}

/** Calls `look` whenever something but a password is changed. */
export function whileTyping(panel, look) {
  element(panel).addEventListener("input", ({ target }) => {
    if (target.id !== "password") look();
  });
}
