import { type ErrorCode, SvError } from '@streetvision/core';
import { z } from 'zod';
import type { RecordedFrame, RecordingHeader } from './types.js';

const share = z.number().min(0).max(1);
const ms = z.object({ queue: z.number(), preprocess: z.number(), compute: z.number() });
const answer = z.union([
  z.looseObject({ score: share, ms }),
  z.object({ code: z.string(), message: z.string(), ms }),
  z.looseObject({ abstained: z.literal(true), ms }),
]);

const headerLine = z.object({
  version: z.literal(1),
  task: z.object({ name: z.string(), classes: z.array(z.string()), positive: z.string() }).nullable(),
  steps: z.array(z.array(z.string())),
  stages: z.array(z.object({ stage: z.string(), plugin: z.string(), sha256: z.string() })),
  data: z.object({ name: z.string() }),
  made: z
    .object({
      date: z.string(),
      concurrency: z.number(),
      node: z.string(),
      cpu: z.string(),
      cores: z.number(),
      preprocessing: z.union([z.number(), z.string()]),
    })
    .optional(),
});

const frameLine = z.object({
  id: z.string(),
  kind: z.enum(['image', 'video']),
  sha256: z.string(),
  label: z.string().nullable(),
  group: z.string(),
  source: z.string(),
  split: z.string().optional(),
  meta: z.record(z.string(), z.unknown()),
  trainedOn: z.enum(['picture', 'group']).optional(),
  answers: z.record(z.string(), answer),
});
const failedLine = z.object({ id: z.string(), code: z.string(), message: z.string() });
const endLine = z.object({ end: z.literal(true) });
const line = z.union([frameLine, failedLine, endLine]);

/** What a line after the first says. */
export type Line = RecordedFrame | Failed | { readonly end: true };
export interface Failed {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** Throws `SV_RUN_INVALID`. */
export const readHeader = (text: string, file: string): RecordingHeader =>
  parsed(text, headerLine, `${file}, line 1`) as RecordingHeader;

/** Throws `SV_RUN_INVALID`. @param number of the line, from 1 */
export const readLine = (text: string, file: string, number: number): Line =>
  parsed(text, line, `${file}, line ${number}`) as Line;

function parsed(text: string, schema: z.ZodType, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(`${where} is no JSON`, cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return value;
  throw damaged(
    `${where} is no line of a recording: ${z.prettifyError(result.error).split('\n').join(' ')}`,
    result.error,
  );
}

export const damaged = (what: string, cause?: unknown, code: ErrorCode = 'SV_RUN_INVALID') =>
  new SvError(code, `${what}.`, {
    fix: 'Delete the recording and record again.',
    ...(cause === undefined ? {} : { cause }),
  });
