import { createHash } from 'node:crypto';
import { type DataProblem, type Sample, SvError } from '@streetvision/core';
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
  const parent = new Map<string, string>();
  const root = (group: string): string => {
    const up = parent.get(group);
    return up === undefined ? group : root(up);
  };
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
    const [a, b] = [root(known.group), root(sample.group)];
    if (a === b) continue;
    const message = `It is the same picture as ${known.id}: groups ${known.group} and ${sample.group} count as one.`;
    problem({ where: sample.id, code: 'SV_DATA_DUPLICATE', message });
    parent.set(b, a);
  }
  return samples.map(({ group }) => root(group));
}

/** Refuses a picture that lies in the trained split and in another. Throws `SV_DATA_SPLIT`. */
export async function refuseSharedPictures(
  samples: readonly LabelledSample[],
  hashes: readonly string[],
  others: readonly LabelledSample[],
  signal: AbortSignal,
): Promise<void> {
  const known = new Map(hashes.map((hash, i) => [hash, samples[i] as LabelledSample]));
  for (const other of others) {
    signal.throwIfAborted();
    const same = known.get(await hashOf(other));
    if (!same) continue;
    throw new SvError(
      'SV_DATA_SPLIT',
      `The same picture lies in two splits: ${same.id} in ${same.split}, ${other.id} in ${other.split ?? 'none'}.`,
      { fix: 'Remove one of them, or split the data again with duplicates removed.' },
    );
  }
}

/** A picture that cannot be read is the business of whoever uses that split. */
async function hashOf(sample: Sample): Promise<string> {
  if (sample.sha256 !== undefined) return sample.sha256;
  const bytes = await sample.read().catch(() => undefined);
  return bytes ? createHash('sha256').update(bytes).digest('hex') : '';
}
