import { z } from 'zod';
import { type Expected, readChecked } from '../../calibration/read-json.js';
import type { Stack } from '../../types/index.js';

const number = z.number();

const schema = z
  .object({
    version: z.literal(1),
    kind: z.literal('stack'),
    method: z.enum(['softmax', 'logistic']),
    space: z.enum(['logOdds', 'probability']),
    intercept: number,
    stages: z
      .array(
        z.object({
          stage: z.string().min(1),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
          weight: number,
          missing: number.optional(),
        }),
      )
      .min(1),
    n: z.int().min(1),
    groups: z.int().min(1),
    data: z.object({ name: z.string(), sha256: z.string() }),
    heldOut: z.record(z.string(), z.unknown()),
  })
  .refine(({ method, space }) => method === 'softmax' || space === 'logOdds', {
    error: 'logistic weights are on log-odds',
  })
  .refine(({ method, stages }) => method === 'logistic' || isConvex(stages.map(({ weight }) => weight)), {
    error: 'softmax weights are at least 0 and sum to 1',
  })
  .refine(({ stages }) => new Set(stages.map(({ stage }) => stage)).size === stages.length, {
    error: 'a stage is listed twice',
  });

const isConvex = (weights: readonly number[]) =>
  weights.every((weight) => weight >= 0) && Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6;

/** Reads a `stack.json`. Throws `SV_CALIBRATION_INVALID`. */
export const readStack = async (path: string): Promise<Stack> => (await readChecked(path, EXPECTED)) as Stack;

const EXPECTED: Expected = {
  schema,
  otherwise: 'does not hold learned weights',
  fix: 'Make it with `sv train --stack stack.json`.',
};
