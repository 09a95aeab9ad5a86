import type { Dataset, ImageLimits } from '@streetvision/core';
import type { EvaluationComparison } from '../evaluate/compare.js';
import type { Evaluation } from '../evaluate/types.js';
import { writeFileWhole } from '../files/write-file.js';
import { picturesOf, worstMistakes } from './mistakes.js';
import { evaluationPage } from './page.js';

export interface EvaluationReportOptions {
  /** Where the pictures of the worst mistakes come from; without it they are named only. */
  readonly dataset?: Dataset;
  readonly comparison?: EvaluationComparison;
  /** Mistakes shown. @default 24 */
  readonly mistakes?: number;
  /** Limits of the pictures, as the config sets them. @default 32 MiB, 64 megapixels */
  readonly images?: ImageLimits;
}

/**
 * Writes an evaluation as one HTML file that opens from disk: no script, no network. Throws `SV_OUTPUT_WRITE`.
 *
 * @example
 * await writeEvaluationReport('eval.html', evaluation, { dataset });
 */
export async function writeEvaluationReport(
  file: string,
  evaluation: Evaluation,
  options: EvaluationReportOptions = {},
): Promise<void> {
  const { dataset, comparison, images, mistakes = 24 } = options;
  const worst = await picturesOf(worstMistakes(evaluation, mistakes), dataset, images);
  await writeFileWhole(file, evaluationPage(evaluation, { mistakes: worst, ...(comparison ? { comparison } : {}) }));
}

export { evaluationPage } from './page.js';
