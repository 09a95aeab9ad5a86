import { figure, money, ms, pText, table } from '../evaluate/summary.js';
import type { HeldOut, Tuning } from './types.js';

/** A search for a terminal. */
export function summariseTuning(tuning: Tuning): string {
  const { metric, parts, tries, heldOut, before, gain, searched, snippet, steps, caveats, budget } = tuning;
  const row = (name: string, one: HeldOut) => [
    name,
    figure(one.value),
    one.interval ? `${one.interval.low.toFixed(3)} to ${one.interval.high.toFixed(3)}` : '',
    one.ms === null ? '–' : ms(one.ms),
    ...(one.price === null ? [] : [money(one.price)]),
    ...(one.unanswered > 0 ? [`${one.unanswered} unanswered`] : []),
  ];
  const limits = [
    ...(budget.ms === null ? [] : [`${budget.ms} ms`]),
    ...(budget.price === null ? [] : [`price ${money(budget.price)}`]),
  ];
  const searchedOn = `${parts.search.n} pictures of ${parts.search.groups} groups${parts.search.name ? ` (${parts.search.name})` : ''}`;
  const judgedOn = `${parts.judge.n} others of ${parts.judge.groups} groups${parts.judge.name ? ` (${parts.judge.name})` : ''}`;
  return [
    `${tries} settings tried on ${searchedOn}${limits.length > 0 ? `, within ${limits.join(' and ')}` : ''}; judged on ${judgedOn}.`,
    '',
    table([
      [`on the ${parts.judge.n} others`, metric, '95 %', 'time'],
      row('found', heldOut),
      row('as configured', before),
    ]),
    ...(gain
      ? [
          `difference ${gain.value > 0 ? '+' : ''}${gain.value.toFixed(3)} (${gain.interval.low.toFixed(3)} to ${gain.interval.high.toFixed(3)}), p = ${pText(gain.pValue)}`,
        ]
      : []),
    `where it was searched it came to ${figure(searched.value)} in ${ms(searched.ms)}: no figure to quote`,
    ...(tuning.withinBudget ? [] : ['! On the other pictures it is over the budget.']),
    ...steps.flatMap(({ stages, left }) => (left ? [`! ${stages.join('+')} stays as it is: ${left}.`] : [])),
    ...caveats.map((caveat) => `! ${caveat}`),
    '',
    snippet,
  ].join('\n');
}
