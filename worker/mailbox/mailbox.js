// Shows new messages without a reload.
const EVERY = 2000;

async function refresh() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("nav");
  const shown = document.querySelector("nav");
  if (fresh.innerHTML === shown.innerHTML) return;
  const focused = shown.contains(document.activeElement) && document.activeElement.getAttribute("href");
  // The element itself stays, so that screen readers announce the new count.
  shown.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
  shown.querySelector("ol").replaceWith(fresh.querySelector("ol"));
  if (focused) shown.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
