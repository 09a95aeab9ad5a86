import type { Replay } from '@streetvision/core';
import type { RecordedAnswer, RecordedFrame } from '../recording/types.js';
import { clopperPearson } from '../statistics/index.js';
import type { Answered } from './answer.js';
import type { StageFigures } from './types.js';

/** What each step of the cascade does: how many answers it gives, how wrong they are, what they take. */
export function stageFigures(
  { steps }: Pick<Replay, 'steps'>,
  frames: readonly RecordedFrame[],
  answered: readonly Answered[],
  isCorrect: (one: Answered) => boolean,
  prices: Readonly<Record<string, number>>,
): StageFigures[] {
  const total = answered.length;
  return steps.map(({ index, name, stages }) => {
    const ended = answered.filter(({ answer }) => answer.exit.step === index);
    const wrong = ended.filter((one) => !isCorrect(one)).length;
    const reached = answered.filter(({ answer }) => answer.reached.some(({ step }) => step === index)).length;
    const said = frames.map(({ answers }) => stages.flatMap((stage) => answers[stage] ?? []));
    const times = said.flatMap((ones) => slowest(ones) ?? []);
    const all = said.flat();
    const priced = stages.flatMap((stage) => prices[stage] ?? []);
    return {
      stage: name,
      step: index,
      share: total > 0 ? ended.length / total : 0,
      exits: ended.length,
      errorAmongExits: ended.length > 0 ? wrong / ended.length : null,
      errorInterval: ended.length > 0 ? clopperPearson(wrong, ended.length) : null,
      ms: mean(times),
      reached: total > 0 ? reached / total : 0,
      answered: all.filter((one) => 'score' in one && !one.abstained).length,
      abstained: all.filter((one) => 'abstained' in one && one.abstained).length,
      failed: all.filter((one) => 'code' in one).length,
      price: priced.length > 0 ? priced.reduce((sum, price) => sum + price, 0) : null,
    };
  });
}

/** Milliseconds of the slowest of those that answered side by side. */
function slowest(answers: readonly RecordedAnswer[]): number | undefined {
  const times = answers.flatMap((one) => ('code' in one ? [] : one.ms.preprocess + one.ms.compute));
  return times.length > 0 ? Math.max(...times) : undefined;
}

export const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
