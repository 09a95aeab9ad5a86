import { createRandom, splitByGroup } from '@streetvision/core';
import type { Row } from './table.js';

export const DEFAULT_FOLDS = 5;

type Grouped = Pick<Row, 'group' | 'label'>;

/** How many folds there can be: never more than groups. */
export const foldCount = (rows: readonly Grouped[], wanted: number = DEFAULT_FOLDS): number =>
  Math.min(wanted, new Set(rows.map(({ group }) => group)).size);

/** The fold of each row, from 0: whole groups, every class in about the same share, the same for the same seed. */
export function dealFolds(rows: readonly Grouped[], count: number, seed: number): number[] {
  const parts = Object.fromEntries(Array.from({ length: count }, (_, i) => [`fold ${i}`, 1]));
  return splitByGroup(rows, { parts, seed }).map((name) => Number(name.slice('fold '.length)));
}

/** Rows of one fold, and all others. */
export interface Parted {
  readonly training: readonly number[];
  readonly held: readonly number[];
}

export function partAt(rows: readonly number[], folds: readonly number[], fold: number): Parted {
  return {
    training: rows.filter((_, i) => folds[i] !== fold),
    held: rows.filter((_, i) => folds[i] === fold),
  };
}

/**
 * A part of the groups that tells when to stop training: about a seventh, with both classes in either part.
 * `undefined` where the groups do not allow it.
 */
export function stoppingPart(all: readonly Grouped[], rows: readonly number[], seed: number): Parted | undefined {
  const chosen = rows.map((i) => all[i] as Grouped);
  const classes = new Set(chosen.map(({ label }) => label)).size;
  const random = createRandom(seed).fork('stopping part');
  if (new Set(chosen.map(({ group }) => group)).size < 4) return undefined;
  // Few groups may leave a part without a class: another deal may not.
  for (let attempt = 0; attempt < 8; attempt++) {
    const deal = splitByGroup(chosen, { parts: { training: 0.85, held: 0.15 }, seed: random.below(2 ** 31) });
    const folds = deal.map((name) => (name === 'held' ? 1 : 0));
    const parted = partAt(rows, folds, 1);
    const complete = [parted.training, parted.held].every(
      (part) => new Set(part.map((i) => (all[i] as Grouped).label)).size === classes,
    );
    if (complete) return parted;
  }
  return undefined;
}
