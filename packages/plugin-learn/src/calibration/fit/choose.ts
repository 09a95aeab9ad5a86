import { applyMap, type CalibrationMap, calibrationLogit, createRandom, SvError } from '@streetvision/core';
import { logLoss } from '../../metrics/index.js';
import type { Judged } from '../../metrics/types.js';
import { fitIsotonic } from './isotonic.js';
import { fitPlatt } from './platt.js';
import { fitTemperature } from './temperature.js';

/** How scores become probabilities. `auto` takes what does best on held-out groups; isotonic from 1,000 frames on. */
export type FitMethod = 'auto' | 'temperature' | 'platt' | 'isotonic' | 'none';

type Fitted = Exclude<FitMethod, 'auto' | 'none'>;

/** Below, isotonic regression follows chance. */
const ISOTONIC_FROM = 1_000;
const FOLDS = 5;

/** Fits one map. `null` where the scores do not rise with the truth. Throws `SV_CALIBRATION_DATA` with one class only. */
export function fitMap(judged: Judged, method: Exclude<FitMethod, 'auto'>): CalibrationMap | null {
  if (method === 'none') return { method };
  const { scores, truth } = judged;
  const positives = Array.from(truth).reduce((sum, y) => sum + y, 0);
  if (positives === 0 || positives === truth.length) {
    throw new SvError(
      'SV_CALIBRATION_DATA',
      `All ${truth.length} frames are ${positives === 0 ? 'negative' : 'positive'}, so nothing can be fitted.`,
      { fix: 'Add frames of the other class.' },
    );
  }
  if (method === 'isotonic') return { method, ...fitIsotonic(scores, truth) };
  const logits = Float64Array.from(scores, (score) => calibrationLogit(score));
  if (method === 'platt') {
    const { a, b } = fitPlatt(logits, truth);
    return a > 0 ? { method, a, b } : null;
  }
  const fitted = fitTemperature(logits, truth);
  return fitted && { method, temperature: fitted.temperature };
}

/** The map of `method`, or of the method with the lowest log-loss on held-out groups. `null` as {@link fitMap}. */
export function chooseMap(judged: Judged, method: FitMethod, seed = 0): CalibrationMap | null {
  if (method !== 'auto') return fitMap(judged, method);
  const folds = foldsOf(judged, seed);
  if (!folds) return fitMap(judged, 'platt');
  const methods: Fitted[] = ['platt', 'temperature'];
  if (judged.scores.length >= ISOTONIC_FROM) methods.push('isotonic');
  let best: { method: Fitted; loss: number } | undefined;
  for (const candidate of methods) {
    const loss = heldOutLoss(judged, folds, candidate);
    if (loss !== null && (!best || loss < best.loss)) best = { method: candidate, loss };
  }
  return fitMap(judged, best?.method ?? 'platt');
}

/** The fold of each frame, whole groups together; `undefined` where a fold would be without one of the classes. */
function foldsOf({ truth, groups }: Judged, seed: number): readonly number[] | undefined {
  const groupOf = (i: number) => groups?.[i] ?? String(i);
  const names = [...new Set(Array.from(truth, (_, i) => groupOf(i)))];
  const dealt = new Map(
    createRandom(seed)
      .fork('folds')
      .shuffle(names)
      .map((name, i) => [name, i % FOLDS]),
  );
  const folds = Array.from(truth, (_, i) => dealt.get(groupOf(i)) as number);
  return new Set(folds.map((fold, i) => `${fold} ${truth[i]}`)).size === 2 * FOLDS ? folds : undefined;
}

function heldOutLoss(judged: Judged, folds: readonly number[], method: Fitted): number | null {
  const predicted = new Float64Array(judged.scores.length);
  for (const fold of new Set(folds)) {
    const map = fitMap(
      pick(judged, folds, (other) => other !== fold),
      method,
    );
    if (!map) return null;
    for (let i = 0; i < folds.length; i++) {
      if (folds[i] === fold) predicted[i] = applyMap(map, judged.scores[i] as number);
    }
  }
  return logLoss({ scores: predicted, truth: judged.truth });
}

function pick({ scores, truth }: Judged, folds: readonly number[], wanted: (fold: number) => boolean): Judged {
  const rows = folds.flatMap((fold, i) => (wanted(fold) ? [i] : []));
  return { scores: rows.map((i) => scores[i] as number), truth: rows.map((i) => truth[i] as number) };
}
