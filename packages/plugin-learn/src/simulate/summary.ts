import type { Simulation } from './types.js';

const figure = (value: number) => value.toFixed(3);

/** For people. */
export function summariseSimulation(simulation: Simulation): string {
  const { expectedReward, ci95, mcc100, acc10, score, challenges, distinct, failed, accuracy, data, notes } =
    simulation;
  const { length, histories, halted, profile, augmentation } = simulation;
  return [
    `expected reward ${figure(expectedReward)} per challenge, 95 % of histories between ${figure(ci95[0])} and ${figure(ci95[1])}`,
    `profile ${profile} (augmentation ${augmentation}), ${histories} histories of ${length} challenges, score at the end ${figure(score)}`,
    `mcc over 100 answers ${figure(mcc100)}, accuracy over 10 ${figure(acc10)}, over all ${challenges} challenges ${figure(accuracy)}`,
    `${distinct} pictures or forms of pictures answered, ${failed} failed; drawn from ${data.n} samples of ${data.name} in ${data.groups} groups`,
    ...notes.map((note) => `note: ${note}`),
    '',
    `PAID NOW: ${halted.paidNow}. ${halted.statement}`,
    halted.meaning,
    '',
  ].join('\n');
}
