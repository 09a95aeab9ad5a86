import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SvError } from '@streetvision/core';
import type { Job, JobLine } from './types.js';

/** Reads `job.json`. Throws `SV_RUN_INVALID`. */
export async function readJob(folder: string): Promise<Job> {
  const job = (await readJson(join(folder, 'job.json'))) as Partial<Job> | null | undefined;
  if (job?.kind !== 'job' || job.version !== 1) {
    throw invalid(`${join(folder, 'job.json')} ${job === undefined ? 'is missing' : 'is no job of version 1'}.`);
  }
  return job as Job;
}

/** The pictures of a job. Throws `SV_RUN_INVALID`. */
export async function readJobData(folder: string): Promise<JobLine[]> {
  const path = join(folder, 'data.jsonl');
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw invalid(`${path} cannot be read.`, cause);
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parse(line, path) as JobLine);
}

/** `undefined` where there is no such file. Throws `SV_RUN_INVALID` where it is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  if (!(await isFile(path))) return undefined;
  return parse(await readFile(path, 'utf8'), path);
}

export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is not JSON.`, cause);
  }
}

/** @param message says what is wrong with what came back */
export const invalid = (message: string, cause?: unknown): SvError =>
  new SvError('SV_RUN_INVALID', message, {
    fix: 'The README.md of the job says what must come back.',
    ...(cause !== undefined && { cause }),
  });
