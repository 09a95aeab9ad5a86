import { appendFile, mkdir, readFile, rm, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Project, type Runtime, SvError } from '@streetvision/core';
import { type AnswersOf, identityOf } from './identity.js';

/** Answers that are kept on disk while they come in, one line each. */
export interface AnswerFile {
  /** What was answered before, by picture and form. */
  readonly known: ReadonlyMap<string, number>;
  /** @param key of picture and form @param prediction P(positive), or −1 where the cascade failed */
  add(key: string, prediction: number): Promise<void>;
  /** Removes the file where it was only kept against interruption. */
  finish(): Promise<void>;
}

/**
 * Opens the answers of this cascade. A file of the user's that holds others is refused with `SV_RUN_INVALID`; in the cache
 * each cascade, as far as its config tells it, has its own.
 */
export async function openAnswers(
  project: Project,
  runtime: Runtime,
  of: AnswersOf,
  path: string | undefined,
): Promise<AnswerFile> {
  const identity = await identityOf(project, runtime, of);
  const file = path ?? join(await project.load().cacheDir('learn/simulate'), `${identity}.jsonl`);
  const known = await readAnswers(file, identity);
  await mkdir(dirname(file), { recursive: true });
  if (!known) await appendFile(file, `${JSON.stringify({ version: 1, kind: 'challenge answers', identity })}\n`);
  let last: Promise<void> = Promise.resolve();
  return {
    known: known ?? new Map(),
    add(key, prediction) {
      last = last.then(() => appendFile(file, `${JSON.stringify([key, prediction])}\n`));
      return last;
    },
    async finish() {
      await last;
      if (path === undefined) await rm(file, { force: true });
    },
  };
}

/** `undefined` where there is no file yet. A line that was cut off is removed, so that the next one starts anew. */
async function readAnswers(file: string, identity: string): Promise<Map<string, number> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '') {
    await rm(file);
    return undefined;
  }
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  const [head = '', ...lines] = whole.trimEnd().split('\n');
  const header = parse(head, file) as { kind?: unknown; identity?: unknown } | null;
  if (header?.kind !== 'challenge answers') throw invalid(file, 'holds no answers to challenges');
  if (header.identity !== identity) {
    throw invalid(file, 'holds answers of another cascade, profile or seed, or of other hooks or files of rules');
  }
  return new Map(
    lines.map((line) => {
      const row = parse(line, file);
      if (Array.isArray(row) && typeof row[0] === 'string' && typeof row[1] === 'number') return [row[0], row[1]];
      throw invalid(file, `has a line that is no answer: ${line.slice(0, 80)}`);
    }),
  );
}

function parse(line: string, file: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(file, `has a line that is not JSON: ${line.slice(0, 80)}`, cause);
  }
}

function invalid(file: string, what: string, cause?: unknown): SvError {
  return new SvError('SV_RUN_INVALID', `${file} ${what}.`, {
    fix: 'Remove it, or name another file.',
    ...(cause !== undefined && { cause }),
  });
}
