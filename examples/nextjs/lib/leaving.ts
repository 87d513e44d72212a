// A page that is being left for good reason must not be led elsewhere by what it hears meanwhile.

let leaving = false;

/** A whole navigation: the proxy sees the new cookies, and nothing of before stays in memory. */
export function leaveFor(path: string): void {
  leaving = true;
  // The back button may bring this page back as it is.
  window.addEventListener("pageshow", () => (leaving = false), { once: true });
  window.location.assign(path);
}

export const isLeaving = () => leaving;
