// Records that the browser is leaving a page, because no event may redirect that page any more.

let leaving = false;

/** Navigates with a full page load, so that the proxy sees the new cookies and nothing stays in memory. */
export function leaveFor(path: string): void {
  leaving = true;
  // If the back button restores this page from the cache, it is no longer leaving.
  window.addEventListener("pageshow", () => (leaving = false), { once: true });
  window.location.assign(path);
}

export const isLeaving = () => leaving;
