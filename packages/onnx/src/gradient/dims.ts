import type { Dims } from '../graph.js';

/** What two shapes become when they meet in one operator: the numpy rule. */
export function broadcast(a: Dims, b: Dims): Dims {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const left = a[i - (length - a.length)] ?? 1;
    const right = b[i - (length - b.length)] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new RangeError(`[${a.join(', ')}] and [${b.join(', ')}] do not go together`);
  });
}

/** Axes from 0, counted from the end where negative; all where none are given. Throws `RangeError`. */
export function axesOf(dims: Dims, axes: readonly number[] | undefined): number[] {
  if (!axes) return dims.map((_, i) => i);
  return axes.map((axis) => {
    const at = axis < 0 ? axis + dims.length : axis;
    if (!Number.isInteger(at) || at < 0 || at >= dims.length) {
      throw new RangeError(`[${dims.join(', ')}] has no axis ${axis}`);
    }
    return at;
  });
}

/** The shape after a sum over axes. */
export function reduced(dims: Dims, axes: readonly number[], keep: boolean): Dims {
  return keep ? dims.map((d, i) => (axes.includes(i) ? 1 : d)) : dims.filter((_, i) => !axes.includes(i));
}
