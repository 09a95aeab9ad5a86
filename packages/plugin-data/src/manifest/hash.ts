import { createHash } from 'node:crypto';
import type { Counts, ManifestLine } from './types.js';

/**
 * Says what data it is: sha256 over one line `[id, sha256, label, group]` of JSON per sample, in order, each ended by a
 * line break. Sources, parts and metadata may change without changing it.
 * @returns hex
 */
export function contentHash(lines: Iterable<Pick<ManifestLine, 'id' | 'sha256' | 'label' | 'group'>>): string {
  const hash = createHash('sha256');
  for (const { id, sha256, label, group } of lines) hash.update(`${JSON.stringify([id, sha256, label, group])}\n`);
  return hash.digest('hex');
}

/** Counts what samples there are. */
export function countSamples(
  lines: Iterable<Pick<ManifestLine, 'label' | 'group' | 'source'> & { readonly split?: string }>,
): Counts {
  // Maps: a label may be called `constructor`.
  const labels = new Map<string, number>();
  const sources = new Map<string, number>();
  const splits = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const groups = new Set<string>();
  let samples = 0;
  let unlabelled = 0;
  for (const { label, group, source, split } of lines) {
    samples++;
    if (label === null) unlabelled++;
    else count(labels, label);
    count(sources, source);
    if (split !== undefined) count(splits, split);
    groups.add(group);
  }
  return {
    samples,
    labels: sorted(labels),
    unlabelled,
    groups: groups.size,
    sources: sorted(sources),
    splits: Object.fromEntries(splits),
  };
}

const sorted = (counts: ReadonlyMap<string, number>) =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
