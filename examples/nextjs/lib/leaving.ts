// Records whether the browser is leaving the page. While it is, events must not redirect it anywhere else.

let leaving = false;

/** Navigates with a full page load, so that the proxy sees the new cookies and nothing stays in memory. */
export function leaveFor(path: string): void {
  leaving = true;
  // If the back button restores this page from the cache, the browser is no longer leaving it.
  window.addEventListener("pageshow", () => (leaving = false), { once: true });
  window.location.assign(path);
}

export const isLeaving = () => leaving;
