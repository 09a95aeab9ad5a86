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
 * ECML-PKDD 2011. With few groups the shares are met as well as whole groups can.
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
  const partOf = new Map<string, number>();
  for (const [dealt, { group, members }] of queue.entries()) {
    const holds = countLabels(
      members.map((i) => samples[i] as SplitSample),
      classes,
    );
    const empty = names.findIndex((_, part) => ![...partOf.values()].includes(part));
    // The last groups go where nothing is yet: no part may stay empty.
    const must = empty >= 0 && queue.length - dealt <= names.length - new Set(partOf.values()).size;
    const part = must ? empty : neediest(lacking, holds, all);
    partOf.set(group, part);
    const lack = lacking[part] as number[];
    for (const [c, count] of holds.entries()) lack[c] = (lack[c] as number) - count;
  }
  return samples.map(({ group }) => names[partOf.get(group) as number] as string);
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
