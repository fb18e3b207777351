// Medians, percentiles and ratios.

export function median(numbers) {
  return percentile(numbers, 0.5);
}

export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** The median of the ratios within each round: what disturbs a machine disturbs both. */
export function ratio(values, others) {
  return median(values.map((value, round) => value / others[round]));
}
