import { createHash } from 'node:crypto';
import { type ErrorCode, SvError } from '@streetvision/core';
import { z } from 'zod';
import type { RecordedFrame, RecordingHeader } from './types.js';

const share = z.number().min(0).max(1);
const time = z.number().min(0);
const ms = z.object({ queue: time, preprocess: time, compute: time });
const answer = z.union([
  z.looseObject({ score: share, scores: z.record(z.string(), share).optional(), ms }),
  z.object({ code: z.string(), message: z.string(), score: z.undefined().optional(), ms }),
  z.looseObject({ abstained: z.literal(true), score: z.undefined().optional(), ms }),
]);

const headerLine = z.object({
  version: z.literal(1),
  task: z.object({ name: z.string(), classes: z.array(z.string()), positive: z.string() }).nullable(),
  steps: z.array(z.array(z.string())),
  stages: z.array(z.object({ stage: z.string(), plugin: z.string(), sha256: z.string() })),
  data: z.object({ name: z.string() }),
  config: z
    .object({
      plugins: z.array(z.object({ name: z.string(), version: z.string().nullable(), hooks: z.string() })),
      images: z.record(z.string(), z.unknown()).nullable(),
      steps: z.array(z.object({ timeoutMs: z.number().nullable(), kind: z.enum(['image', 'video']).nullable() })),
    })
    .optional(),
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
const endLine = z.object({
  end: z.literal(true),
  frames: z.number().int().min(0),
  sha256: z.string(),
  without: z.array(z.string()),
});
const line = z.union([frameLine, failedLine, endLine]);

/** What a line after the first says. */
export type Line = RecordedFrame | Failed | End;

/** A run has ended: which of the frames of the file are its own. */
export interface End {
  readonly end: true;
  readonly frames: number;
  /** Hex, over ids and pictures of its frames in any order. */
  readonly sha256: string;
  /** Ids of frames that earlier runs have left in the file, and that are not of this run. */
  readonly without: readonly string[];
}

/** What a run ends with. @param without ids of the other frames of the file */
export const endOf = (frames: Iterable<RecordedFrame>, without: readonly string[]): End => {
  const keys = Array.from(frames, ({ id, sha256 }) => JSON.stringify([id, sha256])).sort();
  const sha256 = createHash('sha256').update(keys.join('\n')).digest('hex');
  return { end: true, frames: keys.length, sha256, without };
};

export interface Failed {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** Throws `SV_RUN_INVALID`. */
export const readHeader = (text: string, file: string): RecordingHeader =>
  parsed(text, headerLine, `${file}, line 1`) as RecordingHeader;

/** Throws `SV_RUN_INVALID`. @param number of the line, from 1 @param classes of the task, where there is one */
export function readLine(text: string, file: string, number: number, classes: readonly string[] | undefined): Line {
  const where = `${file}, line ${number}`;
  const read = parsed(text, line, where) as Line;
  if ('answers' in read && read.label !== null && classes && !classes.includes(read.label)) {
    throw damaged(`${where}: the label \`${read.label}\` is no class of the task, which has ${classes.join(', ')}`);
  }
  return read;
}

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
