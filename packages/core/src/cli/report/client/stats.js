// @ts-check
/** @typedef {import('./data.js').Item} Item */
/** @typedef {import('./data.js').AnsweredItem} AnsweredItem */
/** @typedef {import('./data.js').Meta} Meta */
/** @typedef {{ step: number, name: string, rules: string[], window?: [number, number], arrived: number, left: number, byLabel: number[], median: number }} ExitShare */
/** @typedef {{ median: number, p95: number }} Spread */
/** @typedef {{ stage: string, n: number, queue: Spread, preprocess: Spread, compute: Spread, total: Spread, others: Map<string, number> }} Timing */

/**
 * Linear interpolation between the two nearest ranks.
 * @param {number[]} values in any order
 * @param {number} q in [0, 1]
 */
export function quantile(values, q) {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low] ?? 0;
  return below + ((sorted[low + 1] ?? below) - below) * (at - low);
}

/** @param {number[]} values @returns {Spread} */
const spread = (values) => ({ median: quantile(values, 0.5), p95: quantile(values, 0.95) });

/**
 * @param {Item[]} items
 * @returns {AnsweredItem[]}
 */
export const answered = (items) => items.filter((item) => item.ok);

/**
 * The positive class first, then the task's others, then whatever else was said.
 * @param {Item[]} items
 * @param {Meta} meta
 * @returns {{ name: string, count: number }[]}
 */
export function labelsOf(items, meta) {
  const counts = new Map();
  for (const name of meta.task ? [meta.task.positive, ...meta.task.classes] : []) counts.set(name, 0);
  for (const { label } of answered(items)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

/**
 * @param {Item[]} items
 * @param {Meta} meta
 */
export function totalsOf(items, meta) {
  const ms = answered(items).map((item) => item.ms);
  const perSecond = meta.elapsedMs ? (items.length / meta.elapsedMs) * 1_000 : undefined;
  return { n: items.length, errors: items.length - ms.length, ...spread(ms), perSecond };
}

/**
 * Bounds of a window exit, as `window()` words its reason.
 * @param {string} reason
 * @returns {[number, number] | undefined}
 */
export function windowIn(reason) {
  const found = /outside \(([\d.e-]+), ([\d.e-]+)\)/.exec(reason);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

/**
 * Who left at which step, in cascade order, steps that nobody reached included.
 * @param {Item[]} items
 * @param {Meta} meta
 * @param {string[]} labels
 * @returns {ExitShare[]}
 */
export function exitsOf(items, meta, labels) {
  const all = answered(items);
  const last = Math.max(-1, ...new Set(all.map(({ step }) => step)));
  const length = Math.max(meta.cascade?.length ?? 0, last + 1);
  // A picture that failed is counted apart: most cannot be read, and reach no step.
  let arrived = all.length;
  return Array.from({ length }, (_, step) => {
    const here = all.filter((item) => item.step === step);
    const config = meta.cascade?.[step];
    const seen = here[0]?.after ?? all.flatMap((item) => item.trace).find((entry) => entry.step === step)?.stage;
    const window = config?.window ?? here.map((item) => windowIn(item.reason)).find(Boolean);
    const share = {
      step,
      name: config?.run.join(' + ') ?? seen ?? `step ${step + 1}`,
      rules: config?.exit ?? [],
      ...(window && { window }),
      arrived,
      left: here.length,
      byLabel: labels.map((label) => here.filter((item) => item.label === label).length),
      median: quantile(
        here.map((item) => item.ms),
        0.5,
      ),
    };
    arrived -= here.length;
    return share;
  });
}

/**
 * Per stage, in the order of first appearance in the cascade.
 * @param {Item[]} items
 * @returns {Timing[]}
 */
export function timingsOf(items) {
  /** @type {Map<string, { step: number, queue: number[], preprocess: number[], compute: number[], total: number[], others: Map<string, number> }>} */
  const stages = new Map();
  for (const { stage, step = 0, status = 'answered', ms } of answered(items).flatMap((item) => item.trace)) {
    let of = stages.get(stage);
    if (!of) {
      of = { step, queue: [], preprocess: [], compute: [], total: [], others: new Map() };
      stages.set(stage, of);
    }
    if (status !== 'answered') of.others.set(status, (of.others.get(status) ?? 0) + 1);
    if (status === 'skipped') continue;
    of.queue.push(ms.queue);
    of.preprocess.push(ms.preprocess);
    of.compute.push(ms.compute);
    of.total.push(ms.queue + ms.preprocess + ms.compute);
  }
  return [...stages]
    .sort(([, a], [, b]) => a.step - b.step)
    .map(([stage, { queue, preprocess, compute, total, others }]) => ({
      stage,
      n: total.length,
      queue: spread(queue),
      preprocess: spread(preprocess),
      compute: spread(compute),
      total: spread(total),
      others,
    }));
}

/**
 * Counts per label in `bins` equal parts of [0, 1]; a score of 1 belongs to the last.
 * @param {Item[]} items
 * @param {string[]} labels
 * @param {number} bins
 * @returns {number[][]} [bin][label]
 */
export function histogramOf(items, labels, bins) {
  const counts = Array.from({ length: bins }, () => labels.map(() => 0));
  for (const { score, label } of answered(items)) {
    const bin = /** @type {number[]} */ (counts[Math.min(bins - 1, Math.floor(score * bins))]);
    const at = labels.indexOf(label);
    bin[at] = (bin[at] ?? 0) + 1;
  }
  return counts;
}
