import { z } from 'zod';
import type { Outcome, Result, StageMs, TraceEntry } from '../../types/index.js';

const probability = z.number().min(0).max(1);
const milliseconds = z.number().min(0);

const traceEntry = z
  .strictObject({
    stage: z.string(),
    step: z.int().min(0).describe('Index of its step in `cascade`.'),
    plugin: z.string(),
    status: z.enum(['answered', 'abstained', 'skipped', 'failed', 'late']),
    score: probability.nullable().describe('null unless it answered.'),
    calibrated: probability.exactOptional().describe('What its calibration makes of the score.'),
    reason: z.string().exactOptional().describe('Why it was skipped, failed or came late.'),
    code: z.string().exactOptional().describe('Code of the failure.'),
    ms: z
      .strictObject({ queue: milliseconds, preprocess: milliseconds, compute: milliseconds })
      .describe('Milliseconds: waiting for a place, making tensors, computing.'),
  })
  .describe('What became of one stage.');

const answeredRow = z
  .strictObject({
    input: z.string().describe('Path as it was found, `-` for a picture on standard input.'),
    score: probability.describe('P(positive class).'),
    label: z.string().describe('The class decided for.'),
    exit: z.strictObject({
      after: z.string().describe('Stages of the step it stopped after, joined with `+`.'),
      reason: z.string(),
    }),
    ms: milliseconds.describe('Wall-clock milliseconds.'),
    trace: z.array(traceEntry).describe('Every stage of every step that was reached.'),
  })
  .describe('A picture that was answered.');

const errorRow = z
  .strictObject({
    input: z.string(),
    error: z.strictObject({ code: z.string().describe('SV_…; see the error reference.'), message: z.string() }),
  })
  .describe('A picture that was not.');

/** One line of `sv run --jsonl`. The published JSON Schema is made from it. */
export const resultRow = z.union([answeredRow, errorRow]).describe('One row of the results of `sv run`.');

export type ResultRow = z.infer<typeof resultRow>;
export type AnsweredRow = z.infer<typeof answeredRow>;
export type ErrorRow = z.infer<typeof errorRow>;

/** The JSON Schema of a row, as it is published. */
export function resultRowSchema(): object {
  return { $id: 'result-row.schema.json', title: 'StreetVision result row', ...z.toJSONSchema(resultRow) };
}

/** @param input the name to show, which is what the user wrote rather than what the runtime was given */
export function toRow(outcome: Outcome, input: string): ResultRow {
  if (outcome.result) return answered(outcome.result, input);
  return { input, error: { code: outcome.error.code, message: outcome.error.message } };
}

export function isAnswered(row: ResultRow): row is AnsweredRow {
  return !('error' in row);
}

function answered({ score, label, exit, ms, trace }: Result, input: string): AnsweredRow {
  const { after, reason } = exit;
  return { input, score, label, exit: { after, reason }, ms: round(ms), trace: trace.map(traceRow) };
}

function traceRow(entry: TraceEntry): AnsweredRow['trace'][number] {
  const { stage, step, plugin, status, score, calibrated, reason, code, ms } = entry;
  return {
    stage,
    step,
    plugin,
    status,
    score,
    ...(calibrated === undefined ? {} : { calibrated }),
    ...(reason === undefined ? {} : { reason }),
    ...(code === undefined ? {} : { code }),
    ms: roundAll(ms),
  };
}

const roundAll = ({ queue, preprocess, compute }: StageMs) => ({
  queue: round(queue),
  preprocess: round(preprocess),
  compute: round(compute),
});

/** A microsecond is finer than any clock here. */
const round = (ms: number) => Math.round(ms * 1_000) / 1_000;
