import { SvError } from '@streetvision/core';

/** How many samples a source has of a class. */
export interface Cell {
  readonly source: string;
  readonly label: string;
  readonly available: number;
}

export interface QuotaOptions {
  /** Share of each source; absent: as many as there are. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The same number of every class from each source. */
  readonly balance?: boolean;
  /** At most so many in all. */
  readonly limit?: number;
}

/**
 * How many samples to draw from each cell: as many as the shares allow without drawing one twice, and no more than the
 * limit. Fractions are rounded by largest remainder. Throws `SV_TRAIN_OPTIONS`, `SV_DATA_EMPTY`.
 */
export function quotas(cells: readonly Cell[], { weights, balance = false, limit }: QuotaOptions): number[] {
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new SvError('SV_TRAIN_OPTIONS', `The limit is ${limit}, expected a whole number above 0.`);
  }
  const shares = sharesOf(cells, weights, balance);
  const room = Math.min(...cells.flatMap(({ available }, i) => (shares[i] ? [available / (shares[i] as number)] : [])));
  // Rounding noise must not cost a sample: 0.1 + 0.2 is a little more than 0.3.
  const total = Math.min(limit ?? Number.POSITIVE_INFINITY, Math.floor(room + 1e-9));
  const exact = shares.map((share) => share * total);
  const counts = exact.map((value, i) => Math.min(Math.floor(value + 1e-9), (cells[i] as Cell).available));
  const order = exact
    .map((value, i) => ({ i, rest: value - (counts[i] as number) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  for (const { i } of order) {
    if (left <= 0) break;
    if ((shares[i] as number) === 0 || (counts[i] as number) >= (cells[i] as Cell).available) continue;
    counts[i] = (counts[i] as number) + 1;
    left--;
  }
  if (counts.every((count) => count === 0)) {
    throw new SvError('SV_DATA_EMPTY', 'The weights leave no sample to draw.', {
      fix: 'Take other weights, or more data.',
    });
  }
  return counts;
}

function sharesOf(cells: readonly Cell[], weights: QuotaOptions['weights'], balance: boolean): number[] {
  const sources = new Map<string, Cell[]>();
  for (const cell of cells) sources.set(cell.source, [...(sources.get(cell.source) ?? []), cell]);
  const names = [...sources.keys()];
  for (const [name, weight] of Object.entries(weights ?? {})) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new SvError('SV_TRAIN_OPTIONS', `The weight of \`${name}\` is ${weight}, expected 0 or more.`);
    }
    if (!sources.has(name) && weight > 0) {
      throw new SvError('SV_TRAIN_OPTIONS', `There is no source \`${name}\`. Sources are ${names.join(', ')}.`, {
        fix: 'Correct --weights, or leave it out.',
      });
    }
  }
  const classes = [...new Set(cells.map(({ label }) => label))];
  const sum = (those: readonly Cell[]) => those.reduce((total, { available }) => total + available, 0);
  const weightOf = (source: string) => (weights ? (weights[source] ?? 0) : sum(sources.get(source) as Cell[]));
  const all = names.reduce((total, name) => total + weightOf(name), 0);
  if (!(all > 0)) throw new SvError('SV_TRAIN_OPTIONS', 'Every source has the weight 0, expected one above it.');
  return cells.map(({ source, available }) => {
    const share = weightOf(source) / all;
    const own = sources.get(source) as Cell[];
    if (!balance) return share * (available / sum(own));
    const missing = classes.find((name) => share > 0 && !own.some((cell) => cell.label === name));
    if (missing !== undefined) {
      throw new SvError(
        'SV_TRAIN_OPTIONS',
        `The source \`${source}\` has no \`${missing}\`, so its classes cannot be balanced.`,
        {
          fix: `Leave --balance out, or give \`${source}\` the weight 0.`,
        },
      );
    }
    return share / classes.length;
  });
}
