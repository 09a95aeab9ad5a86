import { isSvError, type Replay, type ReplayAnswer, SvError } from '@streetvision/core';
import type { Judged } from '../metrics/types.js';
import type { RecordedFrame } from '../recording/types.js';

/** A frame and what the cascade made of it. */
export interface Answered {
  readonly frame: RecordedFrame;
  readonly answer: ReplayAnswer;
  /** 1 for the positive class, else 0. */
  readonly truth: 0 | 1;
  /** Of all stages that were asked; `null` without prices. */
  readonly price: number | null;
}

export interface Unanswered {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export interface Answers {
  readonly answered: readonly Answered[];
  readonly unanswered: readonly Unanswered[];
}

/** What a cascade makes of every frame. Frames without a label are left out; a frame that fails is told, not thrown. */
export async function answerAll(
  replay: Replay,
  frames: readonly RecordedFrame[],
  positive: string,
  prices: Readonly<Record<string, number>> = {},
): Promise<Answers> {
  const answered: Answered[] = [];
  const unanswered: Unanswered[] = [];
  for (const frame of frames) {
    if (frame.label === null) continue;
    try {
      const said = replay.answer(frame);
      // Awaiting what is there already costs more than the answer.
      const answer = said instanceof Promise ? await said : said;
      const truth = frame.label === positive ? 1 : 0;
      answered.push({ frame, answer: answer as ReplayAnswer, truth, price: priceOf(answer as ReplayAnswer, prices) });
    } catch (error) {
      if (!isSvError(error) || error.code === 'SV_RUN_INVALID') throw error;
      unanswered.push({ id: frame.id, code: error.code, message: error.message });
    }
  }
  return { answered, unanswered };
}

/** What asking its stages cost; `null` where no stage has a price. */
export function priceOf(
  { reached }: Pick<ReplayAnswer, 'reached'>,
  prices: Readonly<Record<string, number>>,
): number | null {
  let known = false;
  for (const _ in prices) known = true;
  if (!known) return null;
  let sum = 0;
  for (const { asked } of reached) for (const stage of asked) sum += prices[stage] ?? 0;
  return sum;
}

/** Scores beside the truth, with groups where any has more than one frame. */
export function judgedOf(answered: readonly Answered[]): Judged {
  const groups = answered.map(({ frame }) => frame.group);
  return {
    scores: Float64Array.from(answered, ({ answer }) => answer.score),
    truth: Uint8Array.from(answered, ({ truth }) => truth),
    ...(isGrouped(groups) ? { groups } : {}),
  };
}

export const isGrouped = (groups: readonly string[]): boolean => new Set(groups).size < groups.length;

/** Throws `SV_TRAIN_OPTIONS` for a price of a stage that is not there, or below 0. */
export function checkPrices(prices: Readonly<Record<string, number>>, stages: readonly string[]): void {
  for (const [stage, price] of Object.entries(prices)) {
    if (!stages.includes(stage)) {
      throw new SvError('SV_TRAIN_OPTIONS', `There is a price for \`${stage}\`, and no such stage.`, {
        fix: `Stages are ${stages.join(', ')}.`,
      });
    }
    if (!(price >= 0 && Number.isFinite(price))) {
      throw new SvError('SV_TRAIN_OPTIONS', `The price of \`${stage}\` is ${price}, expected 0 or more.`);
    }
  }
}
