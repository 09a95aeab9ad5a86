import { basename } from 'node:path';
import { createRandom, type DataProblem, type Dataset, SvError } from '@streetvision/core';
import { nearHashes } from '../duplicates/near-hashes.js';
import { createUnion } from '../duplicates/union.js';
import { factsOf, type Known, type PictureFacts } from '../manifest/facts.js';
import type { Journal } from '../manifest/journal.js';
import type { Manifest } from '../manifest/types.js';
import { createManifest, type ManifestSample } from '../manifest/write.js';
import { nameApart } from './apart.js';
import { type Cell, type QuotaOptions, quotas } from './quotas.js';

export interface MixOptions extends QuotaOptions {
  /** @default 0 */
  readonly seed?: number;
  /** Leaves out near-duplicates within so many of 64 bits; 0 leaves out the same picture only, `false` nothing. @default 0 */
  readonly deduplicate?: number | false;
  readonly out: string;
  readonly created?: string;
  /** Remembers what was read of each dataset, by its place in the list. */
  readonly journal?: Journal<PictureFacts>;
  readonly problem: (problem: DataProblem) => void;
  readonly step?: (failed: boolean) => void;
}

/** A dataset that goes into a mix. */
export interface MixPart {
  readonly dataset: Dataset;
  /** As the user wrote it, and the folder that it starts from. */
  readonly from: { readonly ref: string; readonly dir: string };
}

export interface Mix {
  readonly manifest: Manifest;
  /** Left out because another one shows the same. */
  readonly duplicates: number;
  /** Ids of pictures that show the same and have different labels, as the mix calls them; none of them is drawn. */
  readonly conflicts: readonly (readonly string[])[];
  readonly unlabelled: number;
  /** Drawn and available, by source and class. */
  readonly cells: readonly (Cell & { readonly drawn: number })[];
}

interface Candidate extends ManifestSample {
  readonly hash: string | undefined;
}

/**
 * Draws samples of several datasets by the weights of their sources, without drawing one twice, and describes what was
 * drawn. Left out are unlabelled samples, and all that show the same and have different labels. Ids and groups that
 * another dataset has too begin with the number of the dataset: `2/a.jpg`. Augmented copies share the group of their
 * original: see `nameApart`.
 *
 * Throws `SV_TRAIN_OPTIONS`, `SV_DATA_EMPTY`.
 */
export async function mixDatasets(parts: readonly MixPart[], options: MixOptions): Promise<Mix> {
  const { seed = 0, deduplicate = 0, out, created, weights, balance, limit } = options;
  const read: Known[][] = [];
  for (const [i, part] of parts.entries()) {
    const known: Known[] = [];
    for await (const one of readPart(part, i, options)) known.push(one);
    read.push(known);
  }
  const names = nameApart(read.map((known) => known.map(({ sample }) => sample)));
  const labelled = read.flatMap((known, i) =>
    known.flatMap(({ sample, facts }): Candidate[] => {
      const [id, group] = [names.ids[i]?.get(sample.id) as string, names.groups[i]?.get(sample.group) as string];
      if (sample.label === null) return [];
      const { from } = parts[i] as MixPart;
      return [{ sample: { ...sample, id, group }, sha256: facts.sha256, hash: facts.hash, from, id: sample.id }];
    }),
  );
  const conflicts = conflictsOf(labelled, deduplicate || 0);
  const contested = new Set(conflicts.flat());
  const candidates = labelled.filter(({ sample }) => !contested.has(sample.id));
  const kept = deduplicate === false ? candidates : withoutDuplicates(candidates, deduplicate);
  if (kept.length === 0) throw new SvError('SV_DATA_EMPTY', 'Nothing that can be used is left of the data.');
  const members = new Map<string, Candidate[]>();
  for (const one of kept) {
    const key = JSON.stringify([one.sample.source, one.sample.label]);
    const those = members.get(key);
    if (those) those.push(one);
    else members.set(key, [one]);
  }
  const keys = [...members.keys()].sort();
  const cells = keys.map((key): Cell => {
    const [source, label] = JSON.parse(key) as [string, string];
    return { source, label, available: (members.get(key) as Candidate[]).length };
  });
  const wanted = {
    ...(weights === undefined ? {} : { weights }),
    ...(balance === undefined ? {} : { balance }),
    ...(limit === undefined ? {} : { limit }),
  };
  const counts = quotas(cells, wanted);
  const random = createRandom(seed);
  const drawn = new Set(
    keys.flatMap((key, i) =>
      random
        .fork(key)
        .shuffle(members.get(key) as Candidate[])
        .slice(0, counts[i]),
    ),
  );
  const manifest = await createManifest(
    kept.filter((one) => drawn.has(one)),
    {
      name: parts.map(({ dataset: { name } }) => basename(name) || name).join(' + '),
      file: out,
      ...(created === undefined ? {} : { created }),
      mix: { seed, ...wanted, deduplicate },
    },
  );
  return {
    manifest,
    duplicates: candidates.length - kept.length,
    conflicts,
    unlabelled: read.reduce((sum, known) => sum + known.length, 0) - labelled.length,
    cells: cells.map((cell, i) => ({ ...cell, drawn: counts[i] as number })),
  };
}

function readPart({ dataset }: MixPart, index: number, options: MixOptions): AsyncGenerator<Known> {
  const { deduplicate = 0, journal, problem, step } = options;
  const own: Journal<PictureFacts> | undefined = journal && {
    get: (key) => journal.get(`${index} ${key}`),
    add: (key, value) => journal.add(`${index} ${key}`, value),
    close: journal.close,
  };
  return factsOf(dataset, {
    perceptual: deduplicate !== false && deduplicate > 0,
    problem,
    ...(own === undefined ? {} : { journal: own }),
    ...(step === undefined ? {} : { step }),
  });
}

/** Ids of those that show the same and have different labels: which of them is right cannot be said. */
function conflictsOf(candidates: readonly Candidate[], bits: number): string[][] {
  const union = createUnion(candidates.length);
  const labelOf = (i: number) => candidates[i]?.sample.label;
  const same = new Map<string, number[]>();
  for (const [i, { sha256 }] of candidates.entries()) {
    const those = same.get(sha256);
    if (those) those.push(i);
    else same.set(sha256, [i]);
  }
  const contested = new Set<number>();
  for (const those of same.values()) {
    if (new Set(those.map(labelOf)).size === 1) continue;
    for (const i of those) {
      union.join(those[0] as number, i);
      contested.add(i);
    }
  }
  if (bits > 0) {
    const hashes = candidates.map(({ hash }) => hash as string);
    for (const { a, b } of nearHashes(hashes, bits)) {
      if (labelOf(a) === labelOf(b)) continue;
      union.join(a, b);
      contested.add(a).add(b);
    }
  }
  const sets = new Map<number, string[]>();
  for (const i of [...contested].sort((a, b) => a - b)) {
    const id = candidates[i]?.sample.id as string;
    sets.set(union.find(i), [...(sets.get(union.find(i)) ?? []), id]);
  }
  return [...sets.values()];
}

/** Keeps the first of those that show the same. */
function withoutDuplicates(candidates: readonly Candidate[], bits: number): Candidate[] {
  const seen = new Set<string>();
  const kept = candidates.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
  if (bits === 0) return kept;
  const near = new Map<number, number[]>();
  for (const { a, b } of nearHashes(
    kept.map(({ hash }) => hash as string),
    bits,
  )) {
    const [first, later] = [Math.min(a, b), Math.max(a, b)];
    near.set(later, [...(near.get(later) ?? []), first]);
  }
  const dropped = new Set<number>();
  // In order: what was dropped itself drops nothing.
  for (let i = 0; i < kept.length; i++) if (near.get(i)?.some((first) => !dropped.has(first))) dropped.add(i);
  return kept.filter((_, i) => !dropped.has(i));
}
