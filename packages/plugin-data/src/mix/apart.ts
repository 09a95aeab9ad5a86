import type { Sample } from '@streetvision/core';
import { createUnion } from '../duplicates/union.js';

/** What the samples of a mix are called in it. */
export interface Names {
  /** By dataset, then by the id there. */
  readonly ids: readonly ReadonlyMap<string, string>[];
  /** By dataset, then by the group there. */
  readonly groups: readonly ReadonlyMap<string, string>[];
}

type Named = Pick<Sample, 'id' | 'group' | 'meta'>;

/**
 * Names samples of several datasets so that none is taken for another. The first dataset that has an id or a group keeps
 * it; a later one with the same has its number before it: `2/a.jpg`. A group is shared where samples say what they were
 * made of (`meta.original` of augmented copies, `meta.init` of generated pictures): with the group of that sample, and
 * with groups of the same name in the dataset it lies in. Where the original is in none of the datasets, all groups of
 * the same name are shared: a split must not part what may belong together.
 */
export function nameApart(datasets: readonly (readonly Named[])[]): Names {
  const groupsOf = datasets.map((samples) => {
    const groups = new Map<string, string>();
    for (const { id, group } of samples) groups.set(id, group);
    return groups;
  });
  const nodes: { readonly dataset: number; readonly group: string }[] = [];
  const indices = datasets.map((samples, dataset) => {
    const own = new Map<string, number>();
    for (const { group } of samples) if (!own.has(group)) own.set(group, nodes.push({ dataset, group }) - 1);
    return own;
  });
  const union = createUnion(nodes.length);
  // In which datasets the originals of each dataset lie.
  const origins = datasets.map(() => new Set<number>());
  for (const [dataset, samples] of datasets.entries()) {
    for (const { group, meta } of samples) {
      for (const original of [meta.original, meta.init]) {
        if (typeof original !== 'string' || groupsOf[dataset]?.has(original)) continue;
        const found = groupsOf.flatMap((groups, other) => (groups.has(original) ? [other] : []));
        for (const other of found) {
          const its = groupsOf[other]?.get(original) as string;
          union.join(indices[dataset]?.get(group) as number, indices[other]?.get(its) as number);
        }
        for (const other of found.length > 0 ? found : datasets.keys()) origins[dataset]?.add(other);
      }
    }
  }
  for (const [dataset, others] of origins.entries()) {
    for (const other of others) {
      for (const [group, index] of indices[dataset] as ReadonlyMap<string, number>) {
        const its = indices[other]?.get(group);
        if (its !== undefined) union.join(index, its);
      }
    }
  }
  const heads = [...nodes.keys()].filter((i) => union.find(i) === i);
  const called = distinct(
    heads.map((i) => ({ dataset: nodes[i]?.dataset as number, name: nodes[i]?.group as string })),
  );
  const nameOf = new Map(heads.map((head, i) => [head, called[i] as string]));
  return {
    ids: idsApart(datasets),
    groups: indices.map(
      (own) => new Map([...own].map(([group, i]) => [group, nameOf.get(union.find(i)) as string] as const)),
    ),
  };
}

function idsApart(datasets: readonly (readonly Named[])[]): ReadonlyMap<string, string>[] {
  const names = distinct(datasets.flatMap((samples, dataset) => samples.map(({ id }) => ({ dataset, name: id }))));
  let at = 0;
  return datasets.map((samples) => new Map(samples.map(({ id }) => [id, names[at++] as string] as const)));
}

/** Names in order: the first keeps its own, a later one has the number of its dataset before it. */
function distinct(wanted: readonly { readonly dataset: number; readonly name: string }[]): string[] {
  const owners = new Map<string, number>();
  for (const [i, { name }] of wanted.entries()) if (!owners.has(name)) owners.set(name, i);
  const made = new Set<string>();
  return wanted.map(({ dataset, name }, i) => {
    if (owners.get(name) === i) return name;
    let other = `${dataset + 1}/${name}`;
    while (owners.has(other) || made.has(other)) other = `${dataset + 1}/${other}`;
    made.add(other);
    return other;
  });
}
