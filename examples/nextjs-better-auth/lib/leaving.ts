// While the browser is leaving a page, no event may redirect that page.

let leaving = false;

/** Navigates with a full page load, so that the proxy sees the new cookies and nothing stays in memory. */
export function leaveFor(path: string): void {
  leaving = true;
  // The back button may restore this page as it is.
  window.addEventListener("pageshow", () => (leaving = false), { once: true });
  window.location.assign(path);
}

export const isLeaving = () => leaving;
