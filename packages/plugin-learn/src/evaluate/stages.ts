import type { Replay } from '@streetvision/core';
import type { Interval } from '../metrics/types.js';
import type { RecordedAnswer, RecordedFrame } from '../recording/types.js';
import { clopperPearson, clusteredUpper } from '../statistics/index.js';
import { type Answered, isGrouped } from './answer.js';
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
    const wrong = ended.map((one) => Number(!isCorrect(one)));
    const errors = wrong.reduce((sum, one) => sum + one, 0);
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
      errorAmongExits: ended.length > 0 ? errors / ended.length : null,
      errorInterval: errorInterval(
        wrong,
        ended.map(({ frame }) => frame.group),
      ),
      ms: mean(times),
      reached: total > 0 ? reached / total : 0,
      answered: all.filter((one) => 'score' in one && !one.abstained).length,
      abstained: all.filter((one) => 'abstained' in one && one.abstained).length,
      failed: all.filter((one) => 'code' in one).length,
      price: priced.length > 0 ? priced.reduce((sum, price) => sum + price, 0) : null,
    };
  });
}

/** 95 %, half of what is left on each side; near-duplicates, which err together, count as what they are worth. */
function errorInterval(wrong: readonly number[], groups: readonly string[]): Interval | null {
  const errors = wrong.reduce((sum, one) => sum + one, 0);
  if (wrong.length === 0) return null;
  if (!isGrouped(groups)) return clopperPearson(errors, wrong.length);
  const clusters = new Map<string, { n: number; errors: number; right: number }>();
  for (const [i, group] of groups.entries()) {
    const { n, errors, right } = clusters.get(group) ?? { n: 0, errors: 0, right: 0 };
    const one = wrong[i] as number;
    clusters.set(group, { n: n + 1, errors: errors + one, right: right + 1 - one });
  }
  const all = [...clusters.values()];
  const { upper: mostRight } = clusteredUpper(
    all.map(({ n, right }) => ({ n, errors: right })),
    0.025,
  );
  return { low: 1 - mostRight, high: clusteredUpper(all, 0.025).upper };
}

/** Milliseconds of the slowest of those that answered side by side. */
function slowest(answers: readonly RecordedAnswer[]): number | undefined {
  const times = answers.flatMap((one) => ('code' in one ? [] : one.ms.preprocess + one.ms.compute));
  return times.length > 0 ? Math.max(...times) : undefined;
}

export const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
