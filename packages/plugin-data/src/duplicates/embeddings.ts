import { SvError } from '@streetvision/core';

/** An embedding that is near to one that was kept before it. */
export interface EmbeddingDuplicate {
  readonly index: number;
  /** The kept one that it is nearest to. */
  readonly of: number;
  /** Cosine similarity, in [-1, 1]. */
  readonly similarity: number;
}

/**
 * Goes through embeddings in order and keeps each that is not within `threshold` of one that was kept.
 * @param embeddings `[n, dimension]`, row by row
 * @param threshold cosine similarity from which two count as duplicates, in (0, 1]. Throws `SV_TRAIN_OPTIONS`, `SV_TRAIN_DATA`
 * @example const { duplicates } = nearDuplicates(embeddings, 384, 0.97);
 */
export function nearDuplicates(
  embeddings: Float32Array,
  dimension: number,
  threshold: number,
): { readonly kept: readonly number[]; readonly duplicates: readonly EmbeddingDuplicate[] } {
  if (!(threshold > 0 && threshold <= 1)) {
    throw new SvError('SV_TRAIN_OPTIONS', `The threshold is ${threshold}, expected a similarity above 0 and up to 1.`);
  }
  const unit = unitRows(embeddings, dimension);
  const kept: number[] = [];
  const duplicates: EmbeddingDuplicate[] = [];
  for (let i = 0; i < unit.length / dimension; i++) {
    let of = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const j of kept) {
      const similarity = dot(unit, i, j, dimension);
      if (similarity > most) [of, most] = [j, similarity];
    }
    // Rounding of the unit length must not make two equal vectors differ.
    if (of >= 0 && most >= threshold - 1e-6) duplicates.push({ index: i, of, similarity: Math.min(1, most) });
    else kept.push(i);
  }
  return { kept, duplicates };
}

/**
 * Picks entries that cover the rest (k-centre greedy): each time the one farthest from all picked before. At most twice
 * the best radius.
 * @param embeddings `[n, dimension]`, compared by Euclidean distance
 * @param options.start the first pick. @default 0
 * @returns picks in order, and the largest distance from any entry to its nearest pick
 * @example kCentre(new Float32Array([0, 0, 1, 0, 0, 1, 5, 5, 1, 1]), 2, 3) // { indices: [0, 3, 4], radius: 1 }
 */
export function kCentre(
  embeddings: Float32Array,
  dimension: number,
  count: number,
  { start = 0 }: { readonly start?: number } = {},
): { readonly indices: readonly number[]; readonly radius: number } {
  const n = rowsOf(embeddings, dimension);
  if (!Number.isInteger(count) || count < 1 || count > n || !(start >= 0 && start < n)) {
    throw new SvError('SV_TRAIN_OPTIONS', `${count} of ${n} embeddings from ${start} cannot be picked.`);
  }
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const indices: number[] = [];
  for (let next = start; ; ) {
    indices.push(next);
    let farthest = 0;
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.min(nearest[i] as number, squared(embeddings, i, next, dimension));
      if ((nearest[i] as number) > (nearest[farthest] as number)) farthest = i;
    }
    if (indices.length === count) return { indices, radius: Math.sqrt(nearest[farthest] as number) };
    next = farthest;
  }
}

/**
 * How alone each entry is (FiftyOne's uniqueness): `0.6 d1 + 0.3 d2 + 0.1 d3` over three, divided by the largest; `d` are
 * distances to the nearest three others. Three entries or fewer are all unique.
 * @param options.metric `cosine` takes Euclidean distances between vectors of unit length, as FiftyOne does. @default 'cosine'
 * @returns `raw`, and `score` in [0, 1]
 */
export function uniqueness(
  embeddings: Float32Array,
  dimension: number,
  { metric = 'cosine' }: { readonly metric?: 'cosine' | 'euclidean' } = {},
): { readonly raw: Float64Array; readonly score: Float64Array } {
  const rows = metric === 'cosine' ? unitRows(embeddings, dimension) : embeddings;
  const n = rowsOf(rows, dimension);
  if (n <= 3) return { raw: new Float64Array(n).fill(1), score: new Float64Array(n).fill(1) };
  const raw = Float64Array.from({ length: n }, (_, i) => {
    let [d1, d2, d3] = [Infinity, Infinity, Infinity];
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const d = squared(rows, i, j, dimension);
      if (d < d1) [d1, d2, d3] = [d, d1, d2];
      else if (d < d2) [d2, d3] = [d, d2];
      else if (d < d3) d3 = d;
    }
    return (0.6 * Math.sqrt(d1) + 0.3 * Math.sqrt(d2) + 0.1 * Math.sqrt(d3)) / 3;
  });
  const largest = raw.reduce((a, b) => Math.max(a, b), 0);
  return { raw, score: raw.map((value) => (largest > 0 ? value / largest : 0)) };
}

function rowsOf(embeddings: Float32Array, dimension: number): number {
  const n = embeddings.length / dimension;
  if (Number.isInteger(n) && n > 0) return n;
  throw new SvError('SV_TRAIN_DATA', `${embeddings.length} numbers are no embeddings of ${dimension}.`);
}

/** Rows of length 1. */
function unitRows(embeddings: Float32Array, dimension: number): Float32Array {
  const n = rowsOf(embeddings, dimension);
  const unit = new Float32Array(embeddings.length);
  for (let i = 0; i < n; i++) {
    const length = Math.sqrt(dot(embeddings, i, i, dimension));
    if (!(length > 0 && Number.isFinite(length))) {
      throw new SvError('SV_TRAIN_DATA', `Embedding ${i} has the length ${length}, expected a finite one above 0.`);
    }
    for (let k = 0; k < dimension; k++) unit[i * dimension + k] = (embeddings[i * dimension + k] as number) / length;
  }
  return unit;
}

function dot(rows: Float32Array, i: number, j: number, dimension: number): number {
  let sum = 0;
  for (let k = 0, a = i * dimension, b = j * dimension; k < dimension; k++)
    sum += (rows[a + k] as number) * (rows[b + k] as number);
  return sum;
}

function squared(rows: Float32Array, i: number, j: number, dimension: number): number {
  let sum = 0;
  for (let k = 0, a = i * dimension, b = j * dimension; k < dimension; k++) {
    const d = (rows[a + k] as number) - (rows[b + k] as number);
    sum += d * d;
  }
  return sum;
}
