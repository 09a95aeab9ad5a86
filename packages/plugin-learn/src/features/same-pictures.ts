import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type DataProblem, isSvError, type Sample, SvError } from '@streetvision/core';
import type { LabelledSample } from './samples.js';

/**
 * The group of each sample, where groups that share a picture, byte for byte, count as one: or else the same picture
 * would be trained on and judged. Told to `problem`, once per pair of groups; so is a picture with two labels.
 */
export function joinGroups(
  samples: readonly LabelledSample[],
  hashes: readonly string[],
  problem: (problem: DataProblem) => void,
): string[] {
  const groups = disjointSets();
  const first = new Map<string, LabelledSample>();
  for (const [i, sample] of samples.entries()) {
    const hash = hashes[i] as string;
    const known = first.get(hash);
    if (!known) {
      first.set(hash, sample);
      continue;
    }
    if (known.label !== sample.label) {
      const message = `It is the same picture as ${known.id}, which is labelled ${known.label}, not ${sample.label}.`;
      problem({ where: sample.id, code: 'SV_DATA_LABEL', message });
    }
    if (!groups.join(known.group, sample.group)) continue;
    const message = `It is the same picture as ${known.id}: groups ${known.group} and ${sample.group} count as one.`;
    problem({ where: sample.id, code: 'SV_DATA_DUPLICATE', message });
  }
  return samples.map(({ group }) => groups.nameOf(group));
}

/** Sets of names, joined by size and with paths that halve as they are walked: nearly linear however long the chains. */
function disjointSets() {
  const sets = new Map<string, { up: string; size: number; name: string }>();
  const at = (member: string) => {
    let found = sets.get(member);
    if (!found) {
      found = { up: member, size: 1, name: member };
      sets.set(member, found);
    }
    return found;
  };
  const root = (member: string): string => {
    let here = member;
    for (let own = at(here); own.up !== here; own = at(here)) {
      own.up = at(own.up).up;
      here = own.up;
    }
    return here;
  };
  return {
    /** `false` where they are one already. The set keeps the name of `first`. */
    join(first: string, second: string): boolean {
      const [a, b] = [root(first), root(second)];
      if (a === b) return false;
      const { name } = at(a);
      const [large, small] = at(a).size < at(b).size ? [b, a] : [a, b];
      at(large).size += at(small).size;
      at(large).name = name;
      at(small).up = large;
      return true;
    },
    nameOf: (member: string): string => at(root(member)).name,
  };
}

export interface SharedContext {
  readonly signal: AbortSignal;
  /** Told of each picture of another split that cannot be compared, because it cannot be read. */
  readonly problem: (problem: DataProblem) => void;
}

/**
 * Refuses a picture that lies in the trained split and in another. Of the others only those are read of which neither
 * the hash nor the size says that they are none of the trained ones. Throws `SV_DATA_SPLIT`.
 */
export async function refuseSharedPictures(
  samples: readonly LabelledSample[],
  hashes: readonly string[],
  others: readonly LabelledSample[],
  { signal, problem }: SharedContext,
): Promise<void> {
  const known = new Map(hashes.map((hash, i) => [hash, samples[i] as LabelledSample]));
  const sizes = others.some(({ sha256 }) => sha256 === undefined) ? await sizesOf(samples) : undefined;
  for (const other of others) {
    signal.throwIfAborted();
    if (other.sha256 === undefined && sizes && !sizes.has((await sizeOf(other)) ?? UNKNOWN)) continue;
    const hash = await hashOf(other, problem);
    const same = hash === undefined ? undefined : known.get(hash);
    if (!same) continue;
    throw new SvError(
      'SV_DATA_SPLIT',
      `The same picture lies in two splits: ${same.id} in ${same.split}, ${other.id} in ${other.split ?? 'none'}.`,
      { fix: 'Remove one of them, or split the data again with duplicates removed.' },
    );
  }
}

const UNKNOWN = -1;

/** In bytes, `UNKNOWN` among them: a picture without a size is read. `undefined` where a trained one has no size. */
async function sizesOf(samples: readonly Sample[]): Promise<ReadonlySet<number> | undefined> {
  const sizes = new Set<number>([UNKNOWN]);
  for (const sample of samples) {
    const size = await sizeOf(sample);
    if (size === undefined) return undefined;
    sizes.add(size);
  }
  return sizes;
}

const sizeOf = ({ file }: Sample): Promise<number | undefined> =>
  file === undefined
    ? Promise.resolve(undefined)
    : stat(file).then(
        ({ size }) => size,
        () => undefined, // reading it says why
      );

async function hashOf(sample: Sample, problem: SharedContext['problem']): Promise<string | undefined> {
  if (sample.sha256 !== undefined) return sample.sha256;
  try {
    return createHash('sha256')
      .update(await sample.read())
      .digest('hex');
  } catch (error) {
    if (!isSvError(error) || !/^SV_(IMAGE|INPUT|DATA)_/.test(error.code)) throw error;
    const message = `Whether it is one of the trained pictures is not known: ${error.message}`;
    problem({ where: sample.id, code: error.code, message });
    return undefined;
  }
}
