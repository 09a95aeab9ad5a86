import { SvError } from '../../errors/sv-error.js';
import type { ExitRule } from '../../types/index.js';
import { labelOf } from '../label.js';
import { lastStep } from './runs.js';

/**
 * Stops when the score leaves the open interval (low, high): confident no below, confident yes above. Without a task the
 * score is that of the likeliest class; a low one means unsure, and only `high` ends the cascade.
 * Window-based early exit, Xia & Bouganis, arXiv 2303.08010.
 *
 * @param low in [0, 1]; 0 never exits on a no
 * @param high in [0, 1], not below `low`; 1 exits on a yes only at certainty
 * @example `{ run: 'dinov3', exit: window(0.12, 0.88) }`
 */
export function window(
  low: number,
  high: number,
): ExitRule & { readonly window: readonly [low: number, high: number] } {
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw new SvError('SV_CONFIG_INVALID', `window(${low}, ${high}): expected 0 ≤ low ≤ high ≤ 1.`, {
      fix: 'Give the lower bound first, for instance window(0.12, 0.88).',
    });
  }
  const rule: ExitRule = ({ score, scores }, _evidence, { task }) =>
    (score <= low && !(scores && !task)) || score >= high
      ? { reason: `score ${score.toFixed(3)} outside (${low}, ${high})` }
      : undefined;
  // Said on the rule, for reports and for what looks for better bounds.
  return Object.assign(rule, { window: [low, high] as const });
}

/**
 * Stops when at least `quorum` stages of the step decide for the same class. Stages that abstained do not count.
 *
 * @param quorum a whole number ≥ 1
 * @example `{ run: ['rf-detr', 'yolo'], exit: agreement(2) }`
 */
export function agreement(quorum: number): ExitRule {
  if (!Number.isInteger(quorum) || quorum < 1) {
    throw new SvError('SV_CONFIG_INVALID', `agreement(${quorum}): expected a whole number of stages, at least 1.`, {
      fix: 'For instance agreement(2) after a step of two stages.',
    });
  }
  return (_verdict, evidence, { task }) => {
    const votes = new Map<string, number>();
    for (const { output } of lastStep(evidence)) {
      const label = labelOf(output, task);
      const count = (votes.get(label) ?? 0) + 1;
      if (count >= quorum) return { reason: `${count} stages agree on ${label}` };
      votes.set(label, count);
    }
    return undefined;
  };
}

/**
 * Stops when less than `reserveMs` of the run's budget is left, so that a slow stage is not begun in vain.
 *
 * @param reserveMs milliseconds ≥ 0. @default 0
 * @example `{ run: 'rf-detr', exit: [window(0.1, 0.9), budget(900)] }`
 */
export function budget(reserveMs = 0): ExitRule {
  if (!(reserveMs >= 0)) {
    throw new SvError('SV_CONFIG_INVALID', `budget(${reserveMs}): expected milliseconds, 0 or more.`);
  }
  return (_verdict, _evidence, { deadline }) => {
    const left = deadline - performance.now();
    return left <= reserveMs
      ? { reason: `${Math.max(0, left).toFixed(0)} ms of the budget left, ${reserveMs} wanted` }
      : undefined;
  };
}

/** Stops after the step, whatever was said. */
export function always(): ExitRule {
  return () => ({ reason: 'always' });
}
