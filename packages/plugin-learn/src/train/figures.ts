import * as metrics from '../metrics/index.js';
import type { Judged } from '../metrics/types.js';
import { bootstrap, type Statistic } from '../statistics/index.js';
import type { Classes } from './classes.js';
import type { Figures, GroupFigures } from './run.js';
import type { Row } from './table.js';

/** Answers to samples, beside the truth. */
export interface JudgedRows {
  readonly rows: readonly Pick<Row, 'label' | 'group' | 'source'>[];
  /** `[rows, classes]`. */
  readonly probabilities: Float64Array;
  readonly classes: Classes;
}

/** Figures that get an interval. */
const ESTIMATED: Readonly<Record<string, Statistic>> = {
  accuracy: (judged) => metrics.accuracy(metrics.confusion(judged)),
  balancedAccuracy: (judged) => metrics.balancedAccuracy(metrics.confusion(judged)),
  mcc: (judged) => metrics.mcc(metrics.confusion(judged)),
  f1: (judged) => metrics.f1(metrics.confusion(judged)),
  auroc: metrics.auroc,
  brier: metrics.brier,
};

/** P(positive) beside whether it is. */
export function judgedOf({ rows, probabilities, classes }: JudgedRows): Judged {
  const width = classes.names.length;
  const at = classes.names.indexOf(classes.positive);
  return {
    scores: Float64Array.from(rows, (_, i) => bounded(probabilities[i * width + at] as number)),
    truth: Uint8Array.from(rows, ({ label }) => Number(label === classes.positive)),
    groups: rows.map(({ group }) => group),
  };
}

/** How many resamples an interval is made of, and from which seed. */
export interface Estimate {
  readonly resamples: number;
  readonly seed: number;
}

/** Every figure; with 95 % intervals from resamples of whole groups where they are asked for. */
export function figuresOf(judgedRows: JudgedRows, estimate?: Estimate): Figures {
  const judged = judgedOf(judgedRows);
  const intervals = Object.fromEntries(
    Object.entries(estimate ? ESTIMATED : {}).map(([name, statistic]) => {
      const found = bootstrap(judged, statistic, estimate);
      return [name, found && { low: found.low, high: found.high }];
    }),
  );
  return { metrics: metrics.summarise(judged), topAccuracy: topAccuracy(judgedRows), intervals };
}

/** Some of the judged samples. */
export function part({ rows, probabilities, classes }: JudgedRows, chosen: readonly number[]): JudgedRows {
  const width = classes.names.length;
  const picked = new Float64Array(chosen.length * width);
  for (const [i, row] of chosen.entries())
    picked.set(probabilities.subarray(row * width, (row + 1) * width), i * width);
  return { rows: chosen.map((i) => rows[i] as Row), probabilities: picked, classes };
}

/** A few figures for each value of a column, in the order of their first sample. */
export function figuresBy(judged: JudgedRows, column: 'group' | 'source'): Record<string, GroupFigures> {
  const members = new Map<string, number[]>();
  for (const [i, row] of judged.rows.entries()) {
    const known = members.get(row[column]);
    if (known) known.push(i);
    else members.set(row[column], [i]);
  }
  return Object.fromEntries(
    [...members].map(([name, rows]) => {
      const { n, positives, recall, specificity, auroc } = metrics.summarise(judgedOf(part(judged, rows)));
      const falsePositiveRate = specificity === null ? null : 1 - specificity;
      return [name, { n, positives, recall, falsePositiveRate, auroc }];
    }),
  );
}

function topAccuracy({ rows, probabilities, classes }: JudgedRows): number | null {
  const width = classes.names.length;
  const right = rows.filter(({ label }, i) => {
    const own = probabilities.subarray(i * width, (i + 1) * width);
    // Of two classes the cascade says positive at one half and above.
    if (width === 2) return bounded(own[1] as number) >= 0.5 === (label === classes.names[1]);
    return classes.names[own.indexOf(own.reduce((a, b) => Math.max(a, b)))] === label;
  });
  return rows.length > 0 ? right.length / rows.length : null;
}

/** Averages of seeds may be off by rounding. */
const bounded = (p: number) => Math.min(1, Math.max(0, p));
