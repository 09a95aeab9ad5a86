import { createRandom, type Random } from '@streetvision/core';
import { quantile } from '../statistics/index.js';
import { createDraw, drawOne } from './draw.js';
import type { Profile } from './profiles.js';
import { REWARD, rewardHistory } from './reward.js';
import type { AnsweredChallenge } from './types.js';

export interface HistoriesOptions {
  readonly profile: Pick<Profile, 'shares'>;
  readonly histories: number;
  readonly length: number;
  readonly seed: number;
}

export interface HistoriesSummary {
  readonly expectedReward: number;
  readonly ci95: readonly [low: number, high: number];
  readonly mcc100: number;
  readonly acc10: number;
  readonly score: number;
}

/**
 * Draws histories from answers. The mean is over histories drawn from all answers; the interval is that of histories
 * each of which has its own draw of groups, with replacement, so that it holds the luck of the pictures as well.
 */
export function simulateHistories(
  answers: readonly AnsweredChallenge[],
  { profile, histories, length, seed }: HistoriesOptions,
): HistoriesSummary {
  const random = createRandom(seed).fork('histories');
  const all = createDraw(answers, profile);
  const totals = { reward: 0, mcc100: 0, acc10: 0, score: 0 };
  for (let i = 0; i < histories; i++) {
    const one = play(answers, (from) => drawOne(all, from), length, random.fork(i));
    for (const key of ['reward', 'mcc100', 'acc10', 'score'] as const) totals[key] += one[key];
  }
  const groups = groupsOf(answers);
  const rewards = Float64Array.from({ length: histories }, (_, i) => {
    const own = random.fork(`groups ${i}`);
    const rows = Array.from(groups, () => groups[own.below(groups.length)] as number[]).flat();
    const drawn = createDraw(
      rows.map((row) => answers[row] as AnsweredChallenge),
      profile,
    );
    // A draw of groups may lack a class: then the validator skips to the next challenge.
    return play(answers, (from) => rows[drawOne(drawn, from)] as number, length, own).reward;
  }).sort();
  return {
    expectedReward: totals.reward / histories,
    ci95: [quantile(rewards, 0.025), quantile(rewards, 0.975)],
    mcc100: totals.mcc100 / histories,
    acc10: totals.acc10 / histories,
    score: totals.score / histories,
  };
}

function groupsOf(answers: readonly AnsweredChallenge[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [i, { group }] of answers.entries()) {
    const known = groups.get(group);
    if (known) known.push(i);
    else groups.set(group, [i]);
  }
  return [...groups.values()];
}

function play(answers: readonly AnsweredChallenge[], draw: (random: Random) => number, length: number, random: Random) {
  const predictions = new Float64Array(length);
  const labels = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const { prediction, label } = answers[draw(random)] as AnsweredChallenge;
    predictions[i] = prediction;
    labels[i] = label;
  }
  const { reward, mcc100, acc10, ema } = rewardHistory(predictions, labels);
  // The windows are full from here on.
  const from = Math.min(REWARD.mccWindow, length) - 1;
  return {
    reward: meanFrom(reward, from),
    mcc100: meanFrom(mcc100, from),
    acc10: meanFrom(acc10, from),
    score: ema[length - 1] as number,
  };
}

function meanFrom(values: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < values.length; i++) sum += values[i] as number;
  return sum / (values.length - from);
}
