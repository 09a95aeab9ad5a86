import type { DataProblem, Dataset } from '@streetvision/core';
import { nearHashes } from '../duplicates/near-hashes.js';
import { factsOf, type Known } from './facts.js';
import { countSamples } from './hash.js';
import type { Counts } from './types.js';

export interface DataReportOptions {
  /** Reads and decodes every picture: finds damaged ones and duplicates. @default true */
  readonly pictures?: boolean;
  /** Bits of 64 within which two pictures count as near-duplicates. @default 6 */
  readonly nearBits?: number;
  readonly step?: (failed: boolean) => void;
}

/** What `sv data report` says of a dataset. */
export interface DataReport {
  readonly name: string;
  readonly counts: Counts;
  /** How many samples each source has of each label in each part, largest first; `null` where there is none. */
  readonly table: readonly {
    readonly source: string;
    readonly split: string | null;
    readonly label: string | null;
    readonly samples: number;
  }[];
  readonly largestGroup: { readonly group: string; readonly samples: number } | null;
  /** Groups that lie in several parts. */
  readonly straddling: readonly { readonly group: string; readonly splits: readonly string[] }[];
  /** `null` where pictures were not read. */
  readonly duplicates: {
    /** Ids of samples that have the same bytes. */
    readonly exact: readonly (readonly string[])[];
    /** Of those, the ones whose labels differ. */
    readonly conflicts: readonly (readonly string[])[];
    readonly near: {
      readonly bits: number;
      readonly pairs: number;
      /** Pairs of different groups, and how many pictures link them: a split would leak through them. */
      readonly acrossGroups: readonly { readonly groups: readonly [string, string]; readonly pairs: number }[];
    };
  } | null;
  /** What was left out, by code, with the first of each. */
  readonly problems: readonly { readonly code: string; readonly count: number; readonly first: DataProblem }[];
}

/**
 * Counts a dataset and looks for what spoils training and evaluation.
 * @param open opens the dataset; what it is told of is counted among the problems
 */
export async function dataReport(
  open: (problem: (problem: DataProblem) => void) => Promise<Dataset>,
  { pictures = true, nearBits = 6, step = () => undefined }: DataReportOptions = {},
): Promise<DataReport> {
  const problems: DataProblem[] = [];
  const problem = (one: DataProblem) => void problems.push(one);
  const dataset = await open(problem);
  const all: Known[] = [];
  if (pictures) for await (const known of factsOf(dataset, { problem, step })) all.push(known);
  else {
    for await (const sample of dataset.samples()) {
      all.push({ sample, facts: { sha256: '' } });
      step(false);
    }
  }
  const samples = all.map(({ sample }) => sample);
  return {
    name: dataset.name,
    counts: countSamples(samples),
    table: tableOf(all),
    largestGroup: largest(all),
    straddling: straddling(all),
    duplicates: pictures ? duplicatesOf(all, nearBits) : null,
    problems: byCode(problems),
  };
}

function tableOf(all: readonly Known[]): DataReport['table'] {
  const cells = new Map<string, { source: string; split: string | null; label: string | null; samples: number }>();
  for (const { sample } of all) {
    const { source, split = null, label } = sample;
    const key = JSON.stringify([source, split, label]);
    const cell = cells.get(key) ?? { source, split, label, samples: 0 };
    cell.samples++;
    cells.set(key, cell);
  }
  return [...cells.values()].sort((a, b) => b.samples - a.samples);
}

function largest(all: readonly Known[]): DataReport['largestGroup'] {
  const counts = new Map<string, number>();
  for (const { sample } of all) counts.set(sample.group, (counts.get(sample.group) ?? 0) + 1);
  let best: DataReport['largestGroup'] = null;
  for (const [group, samples] of counts) if (samples > (best?.samples ?? 0)) best = { group, samples };
  return best;
}

function straddling(all: readonly Known[]): DataReport['straddling'] {
  const parts = new Map<string, Set<string>>();
  for (const { sample } of all) {
    if (sample.split === undefined) continue;
    parts.set(sample.group, (parts.get(sample.group) ?? new Set()).add(sample.split));
  }
  return [...parts].filter(([, splits]) => splits.size > 1).map(([group, splits]) => ({ group, splits: [...splits] }));
}

function duplicatesOf(all: readonly Known[], bits: number): NonNullable<DataReport['duplicates']> {
  const bySha = new Map<string, Known[]>();
  for (const known of all) bySha.set(known.facts.sha256, [...(bySha.get(known.facts.sha256) ?? []), known]);
  const same = [...bySha.values()].filter((those) => those.length > 1);
  const across = new Map<string, { groups: readonly [string, string]; pairs: number }>();
  let pairs = 0;
  for (const { a, b } of nearHashes(
    all.map(({ facts }) => facts.hash as string),
    bits,
  )) {
    pairs++;
    const groups = [(all[a] as Known).sample.group, (all[b] as Known).sample.group].sort() as [string, string];
    if (groups[0] === groups[1]) continue;
    const key = JSON.stringify(groups);
    across.set(key, { groups, pairs: (across.get(key)?.pairs ?? 0) + 1 });
  }
  const ids = (those: readonly Known[]) => those.map(({ sample }) => sample.id);
  const labels = (those: readonly Known[]) => new Set(those.flatMap(({ sample }) => sample.label ?? []));
  return {
    exact: same.map(ids),
    conflicts: same.filter((those) => labels(those).size > 1).map(ids),
    near: { bits, pairs, acrossGroups: [...across.values()].sort((a, b) => b.pairs - a.pairs) },
  };
}

function byCode(problems: readonly DataProblem[]): DataReport['problems'] {
  const codes = new Map<string, { code: string; count: number; first: DataProblem }>();
  for (const first of problems) {
    const entry = codes.get(first.code);
    if (entry) entry.count++;
    else codes.set(first.code, { code: first.code, count: 1, first });
  }
  return [...codes.values()].sort((a, b) => b.count - a.count);
}
