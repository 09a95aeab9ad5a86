/** Every number in a value to four decimals. NaN and infinities become `null`, as JSON has no word for them. */
export function round<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, v) => (typeof v === 'number' ? (Number.isFinite(v) ? Number(v.toFixed(4)) : null) : v)),
  );
}
