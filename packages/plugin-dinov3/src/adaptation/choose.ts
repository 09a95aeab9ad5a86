import { createDots } from './dots.js';

/**
 * Which of many points to keep: farthest first from those chosen (greedy k-centre, Gonzalez 1985, within twice the best
 * radius). Points are of length 1, so that far means a small dot product.
 * @param points `[count, dimension]`
 * @returns indices in the order they were chosen, the first being `start`
 */
export function kCentre(points: Float32Array, dimension: number, k: number, start = 0): number[] {
  const count = points.length / dimension;
  const dots = createDots(points, dimension);
  const nearest = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  const chosen: number[] = [];
  let next = start;
  while (chosen.length < Math.min(k, count)) {
    chosen.push(next);
    const similarity = dots.with(points.subarray(next * dimension, (next + 1) * dimension));
    for (let n = 0; n < count; n++) nearest[n] = Math.max(nearest[n] as number, similarity[n] as number);
    // One that was chosen is never the farthest, whatever rounding says of its own product.
    nearest[next] = Number.POSITIVE_INFINITY;
    next = farthest(nearest);
  }
  return chosen;
}

function farthest(similarities: Float32Array): number {
  let at = 0;
  for (let n = 1; n < similarities.length; n++) if ((similarities[n] as number) < (similarities[at] as number)) at = n;
  return at;
}
