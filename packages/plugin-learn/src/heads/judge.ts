import { auroc, balancedAccuracy, confusion, mcc } from '../metrics/index.js';
import type { HeadOptions } from './types.js';

type Metric = NonNullable<HeadOptions['metric']>;

/**
 * What is watched on the validation samples; more is better for all but `logLoss`. With more than two classes:
 * AUROC one against the rest, recall as mean over the classes, MCC after Gorodkin 2004.
 * @param probability `[count]` of two classes, else `[count, classes]`
 */
export function judge(probability: ArrayLike<number>, labels: Uint8Array, classes: number, metric: Metric) {
  const loss = meanLogLoss(probability, labels, classes);
  if (metric === 'logLoss') return { loss, metric: loss };
  const value = classes === 2 ? ofTwo(probability, labels, metric) : ofMany(probability, labels, classes, metric);
  return { loss, metric: value ?? 0 };
}

/** Whether `a` is a better judgement than `b`; where the metric says nothing, the loss decides. */
export function better(a: { loss: number; metric: number }, b: { loss: number; metric: number }, metric: Metric) {
  if (a.metric === b.metric) return a.loss < b.loss;
  return metric === 'logLoss' ? a.metric < b.metric : a.metric > b.metric;
}

function ofTwo(scores: ArrayLike<number>, truth: Uint8Array, metric: Exclude<Metric, 'logLoss'>): number | null {
  if (metric === 'auroc') return auroc({ scores, truth });
  const counts = confusion({ scores, truth });
  return metric === 'mcc' ? mcc(counts) : balancedAccuracy(counts);
}

function ofMany(probability: ArrayLike<number>, labels: Uint8Array, k: number, metric: Exclude<Metric, 'logLoss'>) {
  const present = Array.from({ length: k }, (_, c) => c).filter((c) => labels.includes(c));
  const average = (of: (c: number) => number) => present.reduce((sum, c) => sum + of(c), 0) / present.length;
  if (metric === 'auroc') {
    return average((c) => {
      const scores = Array.from(labels, (_, i) => probability[i * k + c] as number);
      return auroc({ scores, truth: labels.map((label) => Number(label === c)) }) ?? 0.5;
    });
  }
  const answers = Array.from(labels, (_, i) => strongest(probability, i * k, k));
  const right = (c: number) => answers.filter((answer, i) => answer === c && labels[i] === c).length;
  const truly = (c: number) => labels.filter((label) => label === c).length;
  if (metric === 'balancedAccuracy') return average((c) => right(c) / truly(c));
  const classes = Array.from({ length: k }, (_, c) => c);
  const said = (c: number) => answers.filter((answer) => answer === c).length;
  const sum = (of: (c: number) => number) => classes.reduce((total, c) => total + of(c), 0);
  const n = labels.length;
  const covariance = n * sum(right) - sum((c) => said(c) * truly(c));
  const spread = (n * n - sum((c) => said(c) ** 2)) * (n * n - sum((c) => truly(c) ** 2));
  return spread > 0 ? covariance / Math.sqrt(spread) : 0;
}

function strongest(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if ((values[from + c] as number) > (values[from + best] as number)) best = c;
  return best;
}

/** Probabilities of 0 count as the least that float32 tells from 0 beside 1. */
function meanLogLoss(probability: ArrayLike<number>, labels: Uint8Array, classes: number): number {
  let sum = 0;
  for (const [i, label] of labels.entries()) {
    const p = classes === 2 ? (probability[i] as number) : (probability[i * classes + label] as number);
    sum -= Math.log(Math.max(classes === 2 && label === 0 ? 1 - p : p, 1e-7));
  }
  return sum / labels.length;
}
