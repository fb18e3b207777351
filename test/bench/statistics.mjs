// Medians, quartiles and ratios.

export function median(numbers) {
  return percentile(numbers, 0.5);
}

/** Between two numbers of the list, in proportion. */
export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

/** The ratios within each round: what disturbs the machine disturbs both. */
export function ratios(values, others) {
  return values.map((value, round) => value / others[round]);
}

export function ratio(values, others) {
  return median(ratios(values, others));
}
