import { gather } from '../features/compute.js';
import type { FeatureSet } from '../heads/types.js';

/** What is known of a sample besides its features. */
export interface Row {
  readonly id: string;
  /** Name of its class. */
  readonly label: string;
  readonly group: string;
  readonly source: string;
  /** Of the encoded picture, hex. */
  readonly sha256: string;
  /** It comes from an earlier run or dataset, and is trained on again. */
  readonly replayed?: true;
}

/** Samples with features, row by row. */
export interface Table {
  readonly rows: readonly Row[];
  /** `[rows, dimension]`, row-major. */
  readonly features: Float32Array;
  readonly dimension: number;
}

export interface Weighing {
  readonly classes: readonly string[];
  /** How much a group counts within its class. */
  readonly groups: 'samples' | 'sqrt' | 'equal';
}

/** Some rows of a table, as a head is trained on them. */
export function featureSet(table: Table, rows: readonly number[], { classes, groups }: Weighing): FeatureSet {
  const chosen = rows.map((i) => table.rows[i] as Row);
  return {
    features: rows.length === table.rows.length ? table.features : gather(table.features, table.dimension, rows),
    dimension: table.dimension,
    labels: Uint8Array.from(chosen, ({ label }) => classes.indexOf(label)),
    groups: chosen.map(({ group }) => group),
    ...(groups === 'samples' ? {} : { weights: groupWeights(chosen, groups) }),
  };
}

/** One weight per row, with a mean of 1 in each class: a long clip of near-duplicates does not drown a short one. */
export function groupWeights(rows: readonly Pick<Row, 'label' | 'group'>[], how: 'sqrt' | 'equal'): Float32Array {
  const cell = ({ label, group }: Pick<Row, 'label' | 'group'>) => JSON.stringify([label, group]);
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(cell(row), (sizes.get(cell(row)) ?? 0) + 1);
  const raw = rows.map((row) => (sizes.get(cell(row)) as number) ** (how === 'sqrt' ? -0.5 : -1));
  const total = new Map<string, { count: number; weight: number }>();
  for (const [i, { label }] of rows.entries()) {
    const sum = total.get(label) ?? { count: 0, weight: 0 };
    total.set(label, { count: sum.count + 1, weight: sum.weight + (raw[i] as number) });
  }
  return Float32Array.from(rows, ({ label }, i) => {
    const { count, weight } = total.get(label) as { count: number; weight: number };
    return ((raw[i] as number) * count) / weight;
  });
}

/** How many of each, in order of first sight. */
export function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** As `tally`, for JSON; a name such as `constructor` or `__proto__` is a name like any other. Look up with `Object.hasOwn`. */
export const count = (values: readonly string[]): Record<string, number> => Object.fromEntries(tally(values));
