// Medians, quartiles and ratios.

export function median(numbers) {
  return percentile(numbers, 0.5);
}

/** Interpolates between two numbers of the sorted list. */
export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

/** The ratios within each round, because disturbances of the machine affect both values. */
export function ratios(values, others) {
  return values.map((value, round) => value / others[round]);
}

export function ratio(values, others) {
  return median(ratios(values, others));
}
