// Statistical tests of whether two samples of response times could come from the same distribution.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The two-sided p-value of the Mann-Whitney U test: the normal approximation, corrected for ties and continuity. */
export function mannWhitney(first, second) {
  const [n, m] = [first.length, second.length];
  const all = [...first, ...second].sort((a, b) => a - b);
  // Equal values all get the mean of their ranks.
  const ranks = new Map();
  let ties = 0;
  for (let at = 0; at < all.length;) {
    const count = all.filter((value) => value === all[at]).length;
    ranks.set(all[at], at + (count + 1) / 2);
    ties += count ** 3 - count;
    at += count;
  }
  const u = first.reduce((sum, value) => sum + ranks.get(value), 0) - (n * (n + 1)) / 2;
  const total = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (deviation === 0) return 1;
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / deviation;
  return Math.min(1, erfc(z / Math.SQRT2));
}

/** The complementary error function (Abramowitz and Stegun 7.1.26), with an error of at most 1.5e-7. */
function erfc(x) {
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-x * x);
}
