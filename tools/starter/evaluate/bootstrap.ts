import { seededRandom } from '../data/random.js';

/** A figure, and where 95 % of the resamples put it. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap over whole groups: frames of a clip are near-duplicates, so clips are what is drawn.
 * Resamples for which the figure is not defined (no negatives drawn) are left out.
 */
export function bootstrap(
  groups: readonly string[],
  figure: (rows: readonly number[]) => number,
  { rounds = 2000, seed = 1 }: { rounds?: number; seed?: number } = {},
): Estimate {
  const members = new Map<string, number[]>();
  groups.forEach((group, i) => {
    members.set(group, [...(members.get(group) ?? []), i]);
  });
  const clips = [...members.values()];
  const random = seededRandom(seed);
  const draws: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const rows = clips.flatMap(() => clips[Math.floor(random() * clips.length)] as number[]);
    const value = figure(rows);
    if (Number.isFinite(value)) draws.push(value);
  }
  draws.sort((a, b) => a - b);
  const at = (share: number) => draws[Math.min(draws.length - 1, Math.floor(share * draws.length))] ?? Number.NaN;
  return { value: figure(groups.map((_, i) => i)), low: at(0.025), high: at(0.975) };
}
