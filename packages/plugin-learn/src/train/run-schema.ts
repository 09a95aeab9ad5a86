import { z } from 'zod';

// Only what is read of a run again is named; the rest stays as it is.
const share = z.number().nullable();
const names = z.array(z.string());
const counts = z.record(z.string(), z.number());
const interval = z.object({ low: z.number(), high: z.number() }).nullable();

const metrics = z.looseObject({
  n: z.number(),
  positives: z.number(),
  accuracy: share,
  balancedAccuracy: share,
  mcc: share,
  auroc: share,
  brier: share,
});
const figures = z.looseObject({ metrics, intervals: z.record(z.string(), interval) });
const groupFigures = z.looseObject({ n: z.number(), positives: z.number(), recall: share, falsePositiveRate: share });

/** `run.json`. */
export const runSchema = z.looseObject({
  version: z.literal(1),
  kind: z.literal('head'),
  stage: z.looseObject({ name: z.string() }),
  backbone: z.looseObject({ id: z.string(), identity: z.record(z.string(), z.unknown()) }),
  data: z.looseObject({
    name: z.string(),
    sha256: z.string(),
    split: z.string().nullable(),
    n: z.number(),
    byClass: counts,
    bySource: counts,
    groups: z.number(),
    replayed: z.number(),
    unlabelled: z.number(),
    problems: z.array(z.object({ where: z.string(), code: z.string(), message: z.string() })),
    problemCount: z.number(),
  }),
  head: z.looseObject({
    file: z.string(),
    sha256: z.string(),
    dimension: z.int().positive(),
    classes: names.min(2),
    positive: z.string(),
    options: z.looseObject({ kind: z.string(), seed: z.number(), c: z.number() }),
    penalty: z.looseObject({ c: z.number() }).nullable(),
  }),
  heldOut: z
    .looseObject({
      ...figures.shape,
      folds: z.number(),
      notJudged: z.number(),
      byGroup: z.record(z.string(), groupFigures),
    })
    .nullable(),
  itself: figures,
  earlier: z.looseObject({ from: z.string(), figures }).nullable(),
});

/** A line of `data.jsonl`. */
export const dataLineSchema = z.looseObject({
  id: z.string(),
  label: z.string(),
  group: z.string(),
  source: z.string(),
  sha256: z.string(),
  replayed: z.literal(true).optional(),
  fold: z.int().nonnegative().optional(),
  heldOut: z.number().min(0).max(1).nullable().optional(),
});
