import { type Cut, isPositive } from './confusion.js';
import type { Judged } from './types.js';

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  readonly n: number;
  /** Bounds of its probabilities: of the bin where all are equally wide, else of what lies in it. */
  readonly low: number;
  readonly high: number;
  /** Mean of what was predicted. */
  readonly predicted: number;
  /** Share of what came true. */
  readonly observed: number;
}

export interface EceOptions extends Cut {
  /** `positive`: P(positive) against the truth. `confidence`: max(p, 1 − p) against being right. @default 'positive' */
  readonly of?: 'positive' | 'confidence';
  /** A whole number ≥ 1. @default 10 */
  readonly bins?: number;
  /** `width`: bins (i/B, (i+1)/B], the first closed. `mass`: as many samples in each. @default 'width' */
  readonly by?: 'width' | 'mass';
}

/** Mean squared distance of probability and truth; `null` without any. */
export const brier = (judged: Judged): number | null => mean(judged, (p, y) => (p - y) ** 2);

/** Keeps the logarithm finite. */
const EPSILON = 1e-15;

/** Mean negative log-likelihood in nats, probabilities kept 1e-15 away from 0 and 1; `null` without any. */
export const logLoss = (judged: Judged): number | null =>
  mean(judged, (p, y) => {
    const q = Math.min(1 - EPSILON, Math.max(EPSILON, p));
    return y === 1 ? -Math.log(q) : -Math.log1p(-q);
  });

function mean({ scores, truth }: Judged, loss: (p: number, y: number) => number): number | null {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += loss(scores[i] as number, truth[i] as number);
  return scores.length > 0 ? sum / scores.length : null;
}

/** Expected calibration error: Σ n_b/n · |observed − predicted|. Biased upward on small data. `null` without any. */
export function ece(judged: Judged, options: EceOptions = {}): number | null {
  const n = judged.scores.length;
  if (n === 0) return null;
  return reliability(judged, options).reduce(
    (sum, bin) => sum + (bin.n / n) * Math.abs(bin.observed - bin.predicted),
    0,
  );
}

/** The reliability diagram: bins that hold something, lowest first. */
export function reliability({ scores, truth }: Judged, options: EceOptions = {}): ReliabilityBin[] {
  const { of = 'positive', bins = 10, by = 'width' } = options;
  const p = Float64Array.from(scores, (score) => (of === 'positive' ? score : Math.max(score, 1 - score)));
  const came = Uint8Array.from(scores, (score, i) =>
    of === 'positive' ? (truth[i] as number) : Number(isPositive(score, options) === (truth[i] === 1)),
  );
  const members = by === 'width' ? equalWidth(p, bins) : equalMass(p, bins);
  return members.flatMap((indices, bin) => {
    if (indices.length === 0) return [];
    let predicted = 0;
    let observed = 0;
    for (const i of indices) {
      predicted += p[i] as number;
      observed += came[i] as number;
    }
    const n = indices.length;
    const [low, high] =
      by === 'width' ? [bin / bins, (bin + 1) / bins] : [p[indices[0] as number], p[indices[n - 1] as number]];
    return { n, low: low as number, high: high as number, predicted: predicted / n, observed: observed / n };
  });
}

function equalWidth(p: Float64Array, bins: number): number[][] {
  const members: number[][] = Array.from({ length: bins }, () => []);
  for (const [i, value] of p.entries()) members[binOf(value, bins)]?.push(i);
  return members;
}

/** Which of `bins` equally wide bins a probability lies in, from 0. */
export function binOf(p: number, bins: number): number {
  const bin = Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1));
  // The product may round across an edge.
  if (bin > 0 && p <= bin / bins) return bin - 1;
  return bin + 1 < bins && p > (bin + 1) / bins ? bin + 1 : bin;
}

function equalMass(p: Float64Array, bins: number): number[][] {
  const order = [...p.keys()].sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);
  const base = Math.floor(order.length / bins);
  const larger = order.length % bins;
  let start = 0;
  return Array.from({ length: bins }, (_, bin) => {
    const part = order.slice(start, start + base + Number(bin < larger));
    start += part.length;
    return part;
  });
}
