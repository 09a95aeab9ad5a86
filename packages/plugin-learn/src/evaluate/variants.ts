import { isSvError, type Replay, type Step, window } from '@streetvision/core';
import { accuracy, auroc, balancedAccuracy, type Cut, confusion, mcc } from '../metrics/index.js';
import type { RecordedFrame } from '../recording/types.js';
import { type Bounds, boundsOf, exitsOf, whatIfTable } from '../tune/table.js';
import { tryWindows } from '../tune/try.js';
import { type Answers, answerAll, judgedOf } from './answer.js';
import { mean } from './stages.js';
import type { Variant } from './types.js';

/** What variants are judged on. */
export interface VariantContext {
  readonly replay: Replay;
  readonly cascade: readonly Step[];
  readonly frames: readonly RecordedFrame[];
  readonly positive: string;
  readonly cut: Cut;
  readonly prices: Readonly<Record<string, number>>;
}

type Figures = Omit<Variant, 'name' | 'kind' | 'efficient'>;

/** Figures of the answers of one cascade. */
export function variantOf({ answered, unanswered }: Answers, cut: Cut): Figures {
  const judged = judgedOf(answered);
  const counts = confusion(judged, cut);
  const priced = answered.flatMap(({ price }) => price ?? []);
  return {
    n: answered.length,
    accuracy: accuracy(counts),
    balancedAccuracy: balancedAccuracy(counts),
    mcc: mcc(counts),
    auroc: auroc(judged),
    ms: mean(answered.map(({ answer }) => answer.ms)),
    price: mean(priced),
    unanswered: unanswered.length,
  };
}

/** The cascade without each of its stages in turn; a cascade of one stage has no such variant. */
export async function ablation(ctx: VariantContext): Promise<Variant[]> {
  const stages = [...new Set(ctx.cascade.flatMap(({ run }) => run))];
  if (stages.length < 2) return [];
  const variants: Variant[] = [];
  for (const stage of stages)
    variants.push(await build(ctx, `without ${stage}`, 'without', without(ctx.cascade, stage)));
  return variants;
}

/** Other cascades of the same stages, with what they are worth and what they take. */
export async function pareto(ctx: VariantContext, configured: Figures, others: readonly Variant[]): Promise<Variant[]> {
  const { cascade } = ctx;
  const variants: Variant[] = [
    { name: 'as configured', kind: 'configured', efficient: false, ...configured },
    ...others,
  ];
  for (let k = 1; k < cascade.length; k++) {
    const name = k === 1 ? `only ${nameOf(cascade[0] as Step)}` : `first ${k} steps`;
    variants.push(await build(ctx, name, k === 1 ? 'alone' : 'prefix', cascade.slice(0, k)));
  }
  for (const step of cascade.slice(1)) {
    const { when: _, ...always } = step;
    variants.push(await build(ctx, `only ${nameOf(step)}`, 'alone', [always]));
  }
  variants.push(...(await windows(ctx)));
  return variants.map((one) => ({ ...one, efficient: isEfficient(one, variants) }));
}

const nameOf = ({ run }: Step) => (typeof run === 'string' ? run : run.join('+'));

async function build(
  ctx: VariantContext,
  name: string,
  kind: Variant['kind'],
  cascade: readonly Step[],
): Promise<Variant> {
  try {
    const replay = await ctx.replay.with(cascade);
    const answers = await answerAll(replay, ctx.frames, ctx.positive, ctx.prices);
    return { name, kind, efficient: false, ...variantOf(answers, ctx.cut) };
  } catch (error) {
    // A calibration or learned fusion that is bound to the steps as they are: no such cascade can be built.
    if (!isSvError(error)) throw error;
    const nothing = { accuracy: null, balancedAccuracy: null, mcc: null, auroc: null, ms: null, price: null };
    return { name, kind, n: 0, ...nothing, unanswered: 0, efficient: false, error: error.message };
  }
}

function without(cascade: readonly Step[], stage: string): Step[] {
  return cascade.flatMap((step) => {
    const names = (typeof step.run === 'string' ? [step.run] : step.run).filter((name) => name !== stage);
    if (names.length === 0) return [];
    return [{ ...step, run: names.length === 1 ? (names[0] as string) : names }];
  });
}

/** Wider and wider windows at the steps that have one, all the same. */
async function windows(ctx: VariantContext): Promise<Variant[]> {
  const { cascade, cut, replay, frames, positive, prices } = ctx;
  const has = cascade.map((step) => exitsOf(step).some((rule) => boundsOf(rule) !== undefined));
  if (!has.includes(true)) return [];
  const table = await whatIfTable(
    replay,
    cascade,
    frames.filter(({ label }) => label !== null),
    positive,
    prices,
  );
  const { threshold = 0.5 } = cut;
  const priced = Object.keys(prices).length > 0;
  return Array.from({ length: 20 }, (_, i): Variant => {
    const width = i / 19;
    const low = round(threshold * (1 - width));
    const bounds: Bounds = [low, round(threshold + (1 - threshold) * width)];
    const scores = new Float64Array(table.truth.length);
    const { counts, answered, unanswered, ms, price } = tryWindows(
      table,
      has.map((yes) => (yes ? bounds : undefined)),
      cut,
      scores,
    );
    const rows = [...scores.keys()].filter((row) => !Number.isNaN(scores[row]));
    const judged = {
      scores: rows.map((row) => scores[row] as number),
      truth: rows.map((row) => table.truth[row] as number),
    };
    return {
      name: `window(${window(...bounds).window.join(', ')})`,
      kind: 'window',
      n: answered,
      accuracy: accuracy(counts),
      balancedAccuracy: balancedAccuracy(counts),
      mcc: mcc(counts),
      auroc: auroc(judged),
      ms,
      price: priced ? price : null,
      unanswered,
      efficient: false,
    };
  });
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

/** Balanced accuracy against milliseconds. */
function isEfficient(one: Variant, all: readonly Variant[]): boolean {
  const { balancedAccuracy: good, ms } = one;
  if (good === null || ms === null || one.unanswered > 0) return false;
  return !all.some((other) => {
    if (other.balancedAccuracy === null || other.ms === null || other.unanswered > 0) return false;
    const asGood = other.balancedAccuracy >= good && other.ms <= ms;
    return asGood && (other.balancedAccuracy > good || other.ms < ms);
  });
}
