import { basename } from 'node:path';
import { type DataProblem, type Dataset, type Sample, SvError, splitByGroup } from '@streetvision/core';
import { nearHashes } from '../duplicates/near-hashes.js';
import { createUnion } from '../duplicates/union.js';
import { factsOf, type Known, type PictureFacts } from '../manifest/facts.js';
import type { Journal } from '../manifest/journal.js';
import type { Manifest } from '../manifest/types.js';
import { createManifest } from '../manifest/write.js';

/** Bits of the perceptual hash within which two pictures count as near-duplicates. */
export const NEAR_BITS = 6;

export interface SplitDatasetOptions {
  /** Share of each part. @example { train: 0.6, calibration: 0.2, test: 0.2 } */
  readonly parts: Readonly<Record<string, number>>;
  /** @default 0 */
  readonly seed?: number;
  /** Brings groups together that have near-duplicates within so many of 64 bits; `false`: only those with the same picture. @default 6 */
  readonly nearDuplicates?: number | false;
  /** Where the manifest will be written. */
  readonly out: string;
  /** The dataset's reference as the user wrote it, and the folder that it starts from. */
  readonly from: { readonly ref: string; readonly dir: string };
  /** The column that said the group, for the header. */
  readonly group?: string;
  /** For the header; left out, the same data gives the same bytes. */
  readonly created?: string;
  readonly journal?: Journal<PictureFacts>;
  readonly problem: (problem: DataProblem) => void;
  readonly step?: (failed: boolean) => void;
}

export interface SplitDataset {
  readonly manifest: Manifest;
  /** How many groups were brought together with another one. */
  readonly joined: number;
  /** Pairs of ids that show the same picture and have different labels. */
  readonly conflicts: readonly (readonly [string, string])[];
}

/**
 * Deals a dataset to parts and describes it: whole groups, every class in about the same share, near-duplicates on one
 * side. Throws `SV_DATA_EMPTY`, `SV_DATA_SPLIT`.
 */
export async function splitDataset(dataset: Dataset, options: SplitDatasetOptions): Promise<SplitDataset> {
  const { parts, seed = 0, nearDuplicates = NEAR_BITS, out, from, group, created, journal, problem, step } = options;
  const all: Known[] = [];
  const reading = {
    perceptual: nearDuplicates !== false,
    problem,
    ...(journal === undefined ? {} : { journal }),
    ...(step === undefined ? {} : { step }),
  };
  for await (const known of factsOf(dataset, reading)) all.push(known);
  if (all.length === 0) {
    throw new SvError('SV_DATA_EMPTY', `Nothing that can be used is left of \`${dataset.name}\`.`);
  }
  const { groups, joined } = joinGroups(all, nearDuplicates);
  const samples = all.map(({ sample }, i) => ({ ...sample, group: groups[i] as string }));
  const dealt = splitByGroup(samples, { parts, seed });
  const manifest = await createManifest(
    samples.map((sample, i) => {
      const { sample: before, facts } = all[i] as Known;
      const meta = before.group === sample.group ? sample.meta : { ...sample.meta, ownGroup: before.group };
      return { sample: { ...sample, meta, split: dealt[i] as string }, sha256: facts.sha256, from };
    }),
    {
      name: basename(dataset.name) || dataset.name,
      file: out,
      ...(created === undefined ? {} : { created }),
      split: {
        seed,
        parts,
        ...(group === undefined ? {} : { group }),
        ...(nearDuplicates === false ? {} : { nearDuplicates: { radius: nearDuplicates, joined } }),
      },
    },
  );
  return { manifest, joined, conflicts: conflictsOf(all) };
}

/** Groups with a picture in common, or nearly, become one; it is called as the first of them. */
export function joinGroups(
  all: readonly Known[],
  radius: number | false,
): { readonly groups: readonly string[]; readonly joined: number } {
  const names = [...new Set(all.map(({ sample }) => sample.group))];
  const indices = new Map(names.map((name, i) => [name, i]));
  const groupOf = (i: number) => indices.get((all[i] as Known).sample.group) as number;
  const union = createUnion(names.length);
  let joined = 0;
  const join = (a: number, b: number) => {
    if (union.join(groupOf(a), groupOf(b))) joined++;
  };
  const same = new Map<string, number>();
  for (const [i, { facts }] of all.entries()) {
    const first = same.get(facts.sha256);
    if (first === undefined) same.set(facts.sha256, i);
    else join(first, i);
  }
  if (radius !== false) {
    const hashes = all.map(({ facts }) => facts.hash as string);
    for (const { a, b } of nearHashes(hashes, radius)) join(a, b);
  }
  return { groups: all.map((_, i) => names[union.find(groupOf(i))] as string), joined };
}

function conflictsOf(all: readonly Known[]): (readonly [string, string])[] {
  const first = new Map<string, Sample>();
  const conflicts: (readonly [string, string])[] = [];
  for (const { sample, facts } of all) {
    const other = first.get(facts.sha256);
    if (!other) first.set(facts.sha256, sample);
    else if (other.label !== null && sample.label !== null && other.label !== sample.label)
      conflicts.push([other.id, sample.id]);
  }
  return conflicts;
}
