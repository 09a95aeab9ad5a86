import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().min(0);

/** The form of a `calibration.json`; see the types for what each field means. */
const map = z.discriminatedUnion('method', [
  z.object({ method: z.literal('none') }),
  z.object({ method: z.literal('temperature'), temperature: z.number().gt(0) }),
  z.object({ method: z.literal('platt'), a: z.number().gt(0), b: z.number() }),
  z
    .object({ method: z.literal('isotonic'), x: z.array(share).min(1), y: z.array(share).min(1) })
    .refine(({ x, y }) => x.length === y.length, { error: 'x and y differ in length' })
    .refine(({ x }) => rises(x, true), { error: 'x does not rise' })
    .refine(({ y }) => rises(y, false), { error: 'y falls' }),
]);

const rises = (values: readonly number[], strictly: boolean) =>
  values.every((value, i) => i === 0 || value > (values[i - 1] as number) || (!strictly && value === values[i - 1]));

const side = z.union([
  z.object({
    exits: count,
    errors: count,
    upper: share,
    groups: count,
    effectiveN: z.number().min(0).nullable(),
    upperByGroup: share.nullable(),
  }),
  z.object({ refused: z.string() }),
]);

const step = z
  .object({
    stages: z
      .array(z.object({ stage: z.string(), plugin: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
      .min(1),
    map,
    shift: z.number().gt(0).lt(1).nullable(),
    n: count,
    positives: count,
    groups: count,
    thresholds: z.object({ low: share.nullable(), high: share.nullable() }),
    low: side,
    high: side,
  })
  .refine(({ thresholds: { low, high } }) => low === null || high === null || low < high, {
    error: 'thresholds.low is not below thresholds.high',
  });

export const calibrationSchema = z.object({
  version: z.literal(1),
  kind: z.literal('calibration'),
  task: z.object({
    name: z.string(),
    classes: z.array(z.string()).length(2),
    positive: z.string(),
    threshold: z.number().gt(0).lt(1),
  }),
  data: z.object({
    name: z.string(),
    sha256: z.string(),
    n: count,
    leftOut: z.object({ trainedOn: count, unlabelled: count, failed: count.optional() }),
    pictures: z.array(z.string()).default([]),
    groups: z.array(z.string()).default([]),
  }),
  cost: z.object({ ms: z.number().min(0), msWithout: z.number().min(0) }),
  promise: z.object({
    kind: z.enum(['conditional', 'marginal']),
    chosenBy: z.enum(['error', 'exit-share', 'budget']),
    targetError: share.nullable(),
    confidence: z.number().gt(0).lt(1),
    method: z.enum(['fixed-sequence', 'clopper-pearson']),
    correction: z.string(),
    statement: z.string(),
    caveats: z.array(z.string()),
  }),
  steps: z.record(z.string(), step),
});
