// A page that is being left must not be redirected by events that arrive meanwhile.

let leaving = false;

/** A full navigation: the proxy sees the new cookies, and nothing stays in memory. */
export function leaveFor(path: string): void {
  leaving = true;
  // The back button may restore this page as it is.
  window.addEventListener("pageshow", () => (leaving = false), { once: true });
  window.location.assign(path);
}

export const isLeaving = () => leaving;
