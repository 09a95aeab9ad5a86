import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  type DataProblem,
  type Dataset,
  isSvError,
  type Meter,
  type Outcome,
  type Project,
  type RunInput,
  type Runtime,
  type Sample,
  SvError,
} from '@streetvision/core';
import { choosePart, type Part } from '../parts/index.js';
import { answersOf } from './answers.js';
import { checkSame, defaultFile, headerOf } from './conditions.js';
import { openWriter, type RecordingFile, type RecordingWriter, readRecordingFile } from './file.js';
import { endOf, type Failed } from './format.js';
import { withoutExits } from './strip.js';
import { readTrained, type Trained } from './trained.js';
import type { RecordedFrame, Recording } from './types.js';

export interface RecordOptions {
  /** JSON lines; a file that is there is gone on with. @default a file in the cache, one for each model and dataset */
  readonly out?: string;
  /** Asks again for what an earlier recording knows. @default false */
  readonly fresh?: boolean;
  /** The part of the data, or several. @default `test` where the data is split, else all of it */
  readonly split?: string | readonly string[];
  /** The part to take where nobody named one and the data is split, or several. @default 'test' */
  readonly usualSplit?: string | readonly string[];
  /** The first so many samples. @default all */
  readonly limit?: number;
  /** Frames at once: more is faster where stages batch, and makes their times those of a batch. @default 1 */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly progress?: Meter;
  /** What the dataset has told to be left out, once it was read: it is counted in `failed`. */
  readonly problems?: () => readonly DataProblem[];
}

/** A recording, with what of the data is not in it. */
export interface DatasetRecording extends Recording {
  readonly file: string;
  /** The part of the data it is of; `null` for all of it. */
  readonly split: string | null;
  /** Samples without a label: nothing is asked about them. */
  readonly unlabelled: number;
  /** Frames whose answers an earlier recording knew. */
  readonly known: number;
}

/**
 * Asks every stage of a cascade about every labelled sample, once: no rule stops anything. The answers are written as
 * they come. Run again it goes on where it stopped, and asks only about pictures that are new, changed or failed. A file
 * may serve several parts of the data, one run after the other: it then is a recording of the last run.
 *
 * Throws `SV_DATA_*`, `SV_RUN_INVALID` where `out` is of other data or was made with other models, steps, plugins or
 * hooks, `SV_OUTPUT_WRITE`, and what loading the models throws. A picture that cannot be read is in `failed`.
 *
 * @example
 * const recording = await recordDataset(project, await project.dataset('labels.csv'), { out: 'recording.jsonl' });
 */
export async function recordDataset(
  project: Project,
  dataset: Dataset,
  options: RecordOptions = {},
): Promise<DatasetRecording> {
  const { concurrency = 1, signal = project.signal, progress } = options;
  const part = await listPart(dataset, options, signal);
  const files: string[] = [];
  const runtime = await project.runtime(withoutExits(project, concurrency, (file) => files.push(file)));
  try {
    const trained = await readTrained(files);
    const header = headerOf(project, runtime.stages, dataset.name, concurrency);
    const file = options.out ?? (await defaultFile(project, header));
    if (options.fresh) await rm(file, { force: true });
    const earlier = await readRecordingFile(file);
    if (earlier) checkSame(earlier.header, header, file);
    const writer = await openWriter(file, earlier?.header ?? header, earlier);
    try {
      const facts = await recordAll(runtime, dataset.name, { ...options, signal, part, earlier, writer, trained });
      const own = new Set(facts.frames.map(({ id }) => id));
      const others = [...(earlier?.frames.keys() ?? [])].filter((id) => !own.has(id));
      await writer.write(endOf(facts.frames, others));
      return { header: earlier?.header ?? header, file, ...facts };
    } finally {
      await writer.close();
    }
  } finally {
    progress?.stop();
    await runtime.close();
  }
}

interface Job extends RecordOptions {
  readonly signal: AbortSignal;
  readonly part: Part<Sample>;
  readonly earlier: RecordingFile | undefined;
  readonly writer: RecordingWriter;
  readonly trained: Trained;
}

type Facts = Pick<DatasetRecording, 'frames' | 'failed' | 'split' | 'unlabelled' | 'known'>;

async function recordAll(runtime: Runtime, name: string, job: Job): Promise<Facts> {
  const { signal, earlier, writer, trained, progress, limit = Number.POSITIVE_INFINITY } = job;
  const { samples, split } = job.part;
  const labelled = new Set(samples.flatMap(({ id, label }) => (label === null ? [] : id))).size;
  progress?.total(Math.min(labelled, limit) + (job.problems?.().length ?? 0));
  const frames: RecordedFrame[] = [];
  const failed: Failed[] = [];
  const asked: Omit<RecordedFrame, 'answers'>[] = [];
  const ids = new Set<string>();
  let unlabelled = 0;
  let known = 0;
  let place = 0;
  const places = new Map<string, number>();

  const keep = async (line: RecordedFrame | Failed, isNew = true) => {
    if (isNew) await writer.write(line);
    if ('answers' in line) frames.push(line);
    else failed.push(line);
    progress?.step('code' in line);
  };
  /** What is to be asked; what is known or cannot be read is settled on the way. */
  async function* questions(): AsyncGenerator<RunInput> {
    for (const sample of samples) {
      if (signal.aborted || place >= limit) return;
      if (ids.has(sample.id)) {
        failed.push({ id: sample.id, code: 'SV_DATA_DUPLICATE', message: 'Another sample has the same id.' });
        continue;
      }
      ids.add(sample.id);
      if (sample.label === null) {
        unlabelled++;
        continue;
      }
      places.set(sample.id, place++);
      const frame = await readSample(sample, trained);
      if ('code' in frame) {
        await keep(frame);
        continue;
      }
      const before = earlier?.frames.get(sample.id);
      if (before?.sha256 === frame.facts.sha256) {
        known++;
        const now = { ...frame.facts, answers: before.answers };
        await keep(now, JSON.stringify(now) !== JSON.stringify(before));
        continue;
      }
      asked.push(frame.facts);
      yield { id: sample.id, bytes: frame.bytes, meta: sample.meta };
    }
  }

  for await (const outcome of runtime.runAll(questions(), { signal })) {
    if (signal.aborted) break;
    await keep(lineOf(outcome, asked.shift() as Omit<RecordedFrame, 'answers'>));
  }
  if (signal.aborted) {
    throw new SvError('SV_ABORTED', `The recording was interrupted after ${frames.length} frames.`, {
      fix: 'Run the same command again: it goes on where it stopped.',
      cause: signal.reason,
    });
  }
  for (const { where, code, message } of job.problems?.() ?? []) {
    // In the file, a line about a picture would replace its answers.
    await keep({ id: where, code, message }, !ids.has(where));
  }
  if (frames.length === 0) throw nothing(name, unlabelled, failed);
  // What was known came at once, the rest when it was answered.
  frames.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  return { frames, failed, split, unlabelled, known };
}

/**
 * The samples of the part, before any picture is read: so that near-duplicates in two parts are refused, and it is known
 * how many there are. With a limit the data is gone through as far as that needs.
 */
async function listPart(dataset: Dataset, options: RecordOptions, signal: AbortSignal): Promise<Part<Sample>> {
  const { split: asked, usualSplit: usual = 'test', limit = Number.POSITIVE_INFINITY } = options;
  const wanted = [asked ?? usual].flat();
  const listed: Sample[] = [];
  const taken = new Set<string>();
  for await (const sample of dataset.samples()) {
    signal.throwIfAborted();
    listed.push(sample);
    const { id, label, split } = sample;
    if (label !== null && (split === undefined ? asked === undefined : wanted.includes(split))) taken.add(id);
    if (taken.size >= limit) break;
  }
  return choosePart(listed, { asked, usual, name: dataset.name });
}

type Read = { readonly facts: Omit<RecordedFrame, 'answers'>; readonly bytes: Uint8Array };

async function readSample(sample: Sample, trained: Trained): Promise<Read | Failed> {
  const { id, label, group, source, split, meta, read } = sample;
  try {
    const bytes = await read();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const trainedOn = trained.pictures.has(sha256) ? 'picture' : trained.groups.has(group) ? 'group' : undefined;
    const facts = {
      id,
      kind: 'image' as const,
      sha256,
      label,
      group,
      source,
      ...(split === undefined ? {} : { split }),
      meta,
      ...(trainedOn === undefined ? {} : { trainedOn: trainedOn as 'picture' | 'group' }),
    };
    return { facts, bytes };
  } catch (error) {
    if (!isSvError(error)) throw error;
    return { id, code: error.code, message: error.message };
  }
}

function lineOf({ result, error }: Outcome, facts: Omit<RecordedFrame, 'answers'>): RecordedFrame | Failed {
  if (error) return { id: facts.id, code: error.code, message: error.message };
  if (result.exit.reason !== 'end of cascade') {
    throw new SvError('SV_RUN_INVALID', `A plugin ended the cascade in \`setup\`: ${result.exit.reason}.`, {
      fix: 'Let the plugin declare its exit in `hooks`: then it is left out while answers are recorded.',
    });
  }
  return { ...facts, answers: answersOf(result) };
}

function nothing(name: string, unlabelled: number, failed: readonly Failed[]): SvError {
  const reasons = [...new Set(failed.map(({ code }) => code))].join(', ');
  const left = [
    ...(unlabelled > 0 ? [`${unlabelled} without a label`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed (${reasons})`] : []),
  ];
  const first = failed[0] ? ` The first failure: ${failed[0].message}` : '';
  return new SvError(
    'SV_DATA_EMPTY',
    `Nothing of \`${name}\` could be answered${left.length ? `: ${left.join(', ')}` : ''}.${first}`,
    {
      fix: 'Check the path, the labels and the pictures.',
    },
  );
}
