import { type ExitRule, isSvError, type Replay, type RuleContext, type Step } from '@streetvision/core';
import { priceOf } from '../evaluate/answer.js';
import type { RecordedFrame } from '../recording/types.js';

/**
 * What a cascade believes after each of its steps, frame by frame, when no window stops it: enough to see in
 * microseconds what other windows would have made of it. Other rules than windows keep their say.
 */
export interface WhatIfTable {
  readonly frames: readonly RecordedFrame[];
  /** 1 for the positive class, else 0. */
  readonly truth: Uint8Array;
  readonly steps: number;
  /** `[frames, steps]`: the fused score; NaN where nobody spoke. */
  readonly scores: Float64Array;
  /** `[frames, steps]`: milliseconds; 0 where the step was not wanted. */
  readonly ms: Float64Array;
  /** `[frames, steps]` */
  readonly prices: Float64Array;
  /** `[frames, steps]`: 1 where another rule than a window says stop. */
  readonly stops: Uint8Array;
  /** `[frames, steps]`: the score of a rule that decides, else NaN. */
  readonly decided: Float64Array;
  /** First step that fails the run; `steps` where none does. */
  readonly fails: Uint16Array;
}

/** The bounds of a window. */
export type Bounds = readonly [low: number, high: number];

/** The bounds of a `window` rule; `undefined` of any other. */
export function boundsOf(rule: ExitRule): Bounds | undefined {
  return 'window' in rule && Array.isArray(rule.window) ? (rule.window as unknown as Bounds) : undefined;
}

/** The rules of a step. */
export const exitsOf = ({ exit }: Step): readonly ExitRule[] =>
  exit === undefined ? [] : typeof exit === 'function' ? [exit] : exit;

/** Replays every frame through all steps. */
export async function whatIfTable(
  replay: Replay,
  cascade: readonly Step[],
  frames: readonly RecordedFrame[],
  positive: string,
  pricing: Readonly<Record<string, number>>,
): Promise<WhatIfTable> {
  const steps = cascade.length;
  const size = frames.length * steps;
  const scores = new Float64Array(size).fill(Number.NaN);
  const decided = new Float64Array(size).fill(Number.NaN);
  const ms = new Float64Array(size);
  const prices = new Float64Array(size);
  const stops = new Uint8Array(size);
  const fails = new Uint16Array(frames.length).fill(steps);
  let row = 0;
  const probed = cascade.map((step, index): Step => {
    const kept = exitsOf(step).filter((rule) => boundsOf(rule) === undefined);
    return { ...step, exit: [probe(kept, (score, stop) => note(index, score, stop))] };
  });
  const note = (index: number, score: number, stop: { readonly score?: number } | undefined) => {
    const at = row * steps + index;
    scores[at] = score;
    if (!stop) return;
    stops[at] = 1;
    if (stop.score !== undefined) decided[at] = stop.score;
  };
  const open = await replay.with(probed);
  for (const [i, frame] of frames.entries()) {
    row = i;
    try {
      const { reached, exit, decided: ended } = await open.answer(frame);
      for (const one of reached) {
        ms[i * steps + one.step] = one.ms;
        prices[i * steps + one.step] = priceOf({ reached: [one] }, pricing) ?? 0;
      }
      // A plugin's exit is asked before the rules: it stands.
      if (ended) {
        scores[i * steps + exit.step] = reached.at(-1)?.score ?? Number.NaN;
        stops[i * steps + exit.step] = 1;
        if (exit.score !== undefined) decided[i * steps + exit.step] = exit.score;
      }
    } catch (error) {
      if (!isSvError(error) || /^SV_(RUN|CONFIG|CALIBRATION)_/.test(error.code)) throw error;
      fails[i] = failedAt(i, steps, scores);
      for (let step = 0; step < steps; step++) {
        const { stages } = replay.steps[step] ?? { stages: [] };
        if (Number.isNaN(scores[i * steps + step])) continue;
        ms[i * steps + step] = Math.max(...stages.map((stage) => timeOf(frame, stage)));
        prices[i * steps + step] = stages.reduce((sum, stage) => sum + (pricing[stage] ?? 0), 0);
      }
    }
  }
  const truth = Uint8Array.from(frames, ({ label }) => Number(label === positive));
  return { frames, truth, steps, scores, ms, prices, stops, decided, fails };
}

/** Tells what is believed and whether the other rules say stop, and never stops. */
function probe(
  kept: readonly ExitRule[],
  note: (score: number, stop: { readonly score?: number } | undefined) => void,
): ExitRule {
  // Without other rules it answers at once, and with it the replay.
  if (kept.length === 0) return ({ score }) => note(score, undefined);
  const ask =
    (rules: readonly ExitRule[]): ExitRule =>
    async (verdict, evidence, ctx) => {
      for (const rule of rules) {
        const exit = await rule(verdict, evidence, ctx);
        if (exit) return note(verdict.score, exit);
      }
      return note(verdict.score, undefined);
    };
  // Rules that read a file are asked as they are once they have read it.
  return Object.assign(ask(kept), {
    prepare: async (ctx: RuleContext) => ask(await Promise.all(kept.map((rule) => rule.prepare?.(ctx) ?? rule))),
  });
}

function failedAt(row: number, steps: number, scores: Float64Array): number {
  for (let step = steps - 1; step >= 0; step--) if (!Number.isNaN(scores[row * steps + step])) return step + 1;
  return 0;
}

function timeOf({ answers }: RecordedFrame, stage: string): number {
  const said = answers[stage];
  return said && !('code' in said) ? said.ms.preprocess + said.ms.compute : 0;
}
