import { SvError } from '../errors/sv-error.js';
import { createRandom } from './random.js';

/** What a split needs to know of a sample. */
export interface SplitSample {
  readonly group: string;
  readonly label: string | null;
}

export interface SplitOptions {
  /** Share of each part; they are brought to a sum of 1. @example { train: 0.6, calibration: 0.2, test: 0.2 } */
  readonly parts: Readonly<Record<string, number>>;
  /** @default 0 */
  readonly seed?: number;
}

/**
 * Deals samples to parts: whole groups only, every class in about the same share, the same for the same seed.
 * Large groups are dealt first, each to the part that lacks most of what the group holds, after Sechidis et al.,
 * ECML-PKDD 2011; then groups are moved and exchanged while that helps. With few groups the shares are met as well as
 * whole groups can.
 *
 * @returns the name of the part of each sample, in order. Throws `SV_DATA_SPLIT` where there are fewer groups than parts.
 */
export function splitByGroup(samples: readonly SplitSample[], { parts, seed = 0 }: SplitOptions): string[] {
  const names = Object.keys(parts).filter((name) => (parts[name] as number) > 0);
  const total = names.reduce((sum, name) => sum + (parts[name] as number), 0);
  const groups = groupsOf(samples);
  if (names.length === 0 || Object.values(parts).some((share) => !(share >= 0 && Number.isFinite(share)))) {
    throw new SvError('SV_DATA_SPLIT', `The parts are ${JSON.stringify(parts)}, expected a share above 0 for each.`);
  }
  if (groups.length < names.length) {
    throw new SvError('SV_DATA_SPLIT', `${groups.length} groups cannot be dealt to ${names.length} parts.`, {
      fix: 'A group is never parted. Take fewer parts, or name a finer group.',
    });
  }
  const classes = [...new Set(samples.map(({ label }) => label))];
  const all = countLabels(samples, classes);
  const random = createRandom(seed);
  // Shuffled first, so that groups of one size come in another order with another seed.
  const queue = random.shuffle(groups).sort((a, b) => b.members.length - a.members.length);
  const lacking = names.map((name) => all.map((count) => (count * (parts[name] as number)) / total));
  const held = queue.map(({ members }) =>
    countLabels(
      members.map((i) => samples[i] as SplitSample),
      classes,
    ),
  );
  const dealt: number[] = [];
  const sizes = names.map(() => 0);
  for (const [i, holds] of held.entries()) {
    // The last groups go where nothing is yet: no part may stay empty.
    const must = queue.length - i <= sizes.filter((size) => size === 0).length;
    const part = must ? sizes.indexOf(0) : neediest(lacking, holds, all);
    dealt.push(part);
    sizes[part] = (sizes[part] as number) + 1;
    move(lacking[part] as number[], holds, -1);
  }
  mend({ held, dealt, sizes, lacking, all });
  const partOf = new Map(queue.map(({ group }, i) => [group, names[dealt[i] as number] as string]));
  return samples.map(({ group }) => partOf.get(group) as string);
}

interface Dealt {
  /** What each group holds, by class. */
  readonly held: readonly (readonly number[])[];
  /** The part of each group. */
  readonly dealt: number[];
  /** Groups in each part. */
  readonly sizes: number[];
  /** What each part lacks, by class. */
  readonly lacking: readonly number[][];
  readonly all: readonly number[];
}

/** Rounds of mending; what it gains is small after a few. */
const ROUNDS = 8;
/** Up to so many groups pairs are tried too: with few groups a single one seldom fits elsewhere. */
const FEW = 300;

/** Moves single groups, and exchanges two, as long as that brings the parts nearer to their shares. */
function mend(state: Dealt): void {
  const { held, dealt, sizes, lacking, all } = state;
  const cost = (part: number, change: readonly number[], sign: number) =>
    (lacking[part] as number[]).reduce((sum, lack, c) => {
      const after = lack + sign * (change[c] as number);
      return sum + (after * after - lack * lack) / ((all[c] as number) ** 2 || 1);
    }, 0);
  const put = (i: number, to: number) => {
    const from = dealt[i] as number;
    move(lacking[from] as number[], held[i] as number[], 1);
    move(lacking[to] as number[], held[i] as number[], -1);
    sizes[from] = (sizes[from] as number) - 1;
    sizes[to] = (sizes[to] as number) + 1;
    dealt[i] = to;
  };
  let better = true;
  for (let round = 0; better && round < ROUNDS; round++) {
    better = false;
    for (const [i, holds] of held.entries()) {
      for (let to = 0; to < lacking.length; to++) {
        const from = dealt[i] as number;
        if (to === from || sizes[from] === 1) continue;
        if (cost(from, holds, 1) + cost(to, holds, -1) > -1e-12) continue;
        put(i, to);
        better = true;
      }
      if (held.length > FEW) continue;
      for (let j = 0; j < i; j++) {
        const [from, to] = [dealt[i] as number, dealt[j] as number];
        if (from === to) continue;
        const difference = holds.map((count, c) => count - ((held[j] as number[])[c] as number));
        if (cost(from, difference, 1) + cost(to, difference, -1) > -1e-12) continue;
        put(i, to);
        put(j, from);
        better = true;
      }
    }
  }
}

function move(lack: number[], holds: readonly number[], sign: number): void {
  for (const [c, count] of holds.entries()) lack[c] = (lack[c] as number) + sign * count;
}

/** The part that lacks most, weighed by how rare each class is. */
function neediest(lacking: readonly (readonly number[])[], holds: readonly number[], all: readonly number[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [part, lack] of lacking.entries()) {
    // How much nearer the part comes to its shares by taking the group.
    const gain = holds.reduce((sum, count, c) => {
      const before = lack[c] as number;
      const after = before - count;
      return sum + (before * before - after * after) / ((all[c] as number) ** 2 || 1);
    }, 0);
    if (gain > most) [best, most] = [part, gain];
  }
  return best;
}

function groupsOf(samples: readonly SplitSample[]): { group: string; members: number[] }[] {
  const groups = new Map<string, number[]>();
  for (const [i, { group }] of samples.entries()) {
    const members = groups.get(group);
    if (members) members.push(i);
    else groups.set(group, [i]);
  }
  return [...groups].map(([group, members]) => ({ group, members }));
}

const countLabels = (samples: readonly SplitSample[], classes: readonly (string | null)[]): number[] =>
  classes.map((name) => samples.reduce((count, { label }) => count + Number(label === name), 0));
