// Code shared by the tabs.

export const element = (id) => document.getElementById(id);

/** Returns a function that shows a verdict in a box. Screen readers announce the verdict only when it changes. */
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

/** Shows terms and their descriptions as a list. */
export function list(id, entries) {
  element(id).replaceChildren(
    ...entries.flat().map((text, i) => {
      const part = document.createElement(i % 2 === 0 ? "dt" : "dd");
      part.textContent = text;
      return part;
    }),
  );
}

/** Calls `look` whenever any field except the password changes. */
export function whileTyping(panel, look) {
  element(panel).addEventListener("input", ({ target }) => {
    if (target.id !== "password") look();
  });
}
