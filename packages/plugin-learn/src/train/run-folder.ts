import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SvError } from '@streetvision/core';
import type { Run } from './run.js';
import type { Row, Table } from './table.js';

/** One line of `data.jsonl`: a sample that was trained on, and what a head that never saw its group said of it. */
export interface DataLine extends Row {
  /** Absent without held-out figures. */
  readonly fold?: number;
  /** P(positive), or `null` where its fold could not be judged. */
  readonly heldOut?: number | null;
}

/** What a run folder is made of. */
export interface RunFiles {
  readonly run: Run;
  readonly head: Uint8Array;
  readonly data: readonly DataLine[];
  readonly features: Float32Array;
}

// Last, because a folder without it is no run.
const SEAL = 'run.json';

/**
 * Writes a run folder whole or not at all: everything goes to a folder beside it, which is then given the name. A run
 * that is there already is replaced; other files in the folder stay.
 */
export async function writeRunFolder(out: string, { run, head, data, features }: RunFiles): Promise<void> {
  await writeWhole(out, {
    'head.onnx': head,
    'data.jsonl': data.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'features.f32': new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
    'curves.csv': curves(run),
    [SEAL]: `${JSON.stringify(run, null, 2)}\n`,
  });
}

/** Files of a new folder, or new files of one that is there; the last of `files` is moved in last. */
export async function writeWhole(out: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const target = resolve(out);
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  await mkdir(beside, { recursive: true });
  await sweepDrafts(target);
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(beside, name)), { recursive: true });
      await writeFile(join(beside, name), content);
    }
    if (await isFree(target)) {
      await rm(target, { recursive: true, force: true });
      await rename(beside, target);
      return;
    }
    const names = Object.keys(files);
    await rm(join(target, names.at(-1) as string), { force: true });
    for (const name of names) {
      await mkdir(dirname(join(target, name)), { recursive: true });
      await rename(join(beside, name), join(target, name));
    }
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

const OLD_MS = 10 * 60_000;

/** Removes what a process that was killed while it wrote has left. */
async function sweepDrafts(target: string): Promise<void> {
  const own = `.${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(own) || !name.endsWith('.tmp')) continue;
    const draft = join(dirname(target), name);
    const found = await stat(draft).catch(() => undefined);
    // A younger one may be another process at work.
    if (found && Date.now() - found.mtimeMs > OLD_MS) await rm(draft, { recursive: true, force: true });
  }
}

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}

function curves({ curve }: Run): string {
  const lines = curve.map(({ seed, epoch, loss, learningRate, validation }) =>
    [seed, epoch, loss, learningRate, validation?.loss ?? '', validation?.metric ?? ''].join(','),
  );
  return `${['seed,epoch,loss,learning_rate,validation_loss,validation_metric', ...lines].join('\n')}\n`;
}

/** Whether a path is a run folder. */
export async function isRunFolder(path: string): Promise<boolean> {
  return stat(join(path, SEAL)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Reads `run.json` of a run folder. Throws `SV_RUN_INVALID`. */
export async function readRun(folder: string): Promise<Run> {
  const run: unknown = parse(await readText(folder, SEAL), join(folder, SEAL));
  if (typeof run !== 'object' || run === null || (run as Run).kind !== 'head' || (run as Run).version !== 1) {
    throw invalid(`${join(folder, SEAL)} is no record of a trained head of version 1.`);
  }
  return run as Run;
}

/** The samples of a run, in the order of its features. Throws `SV_RUN_INVALID`. */
export async function readData(folder: string): Promise<DataLine[]> {
  const path = join(folder, 'data.jsonl');
  const lines = (await readText(folder, 'data.jsonl')).split('\n').filter((line) => line !== '');
  return lines.map((line) => parse(line, path) as DataLine);
}

/** The samples and features of a run. Throws `SV_RUN_INVALID`. */
export async function readTable(folder: string, { dimension }: Pick<Run['head'], 'dimension'>): Promise<Table> {
  const rows = await readData(folder);
  const bytes = await readBytes(folder, 'features.f32');
  if (bytes.length !== rows.length * dimension * 4) {
    throw invalid(
      `${join(folder, 'features.f32')} has ${bytes.length} bytes, expected ${rows.length} × ${dimension} numbers of 4.`,
    );
  }
  return { rows, features: new Float32Array(new Uint8Array(bytes).buffer), dimension };
}

const readText = async (folder: string, name: string) => (await readBytes(folder, name)).toString('utf8');

async function readBytes(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw invalid(`${folder} is no run folder: \`${name}\` cannot be read.`, cause);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is not JSON.`, cause);
  }
}

const invalid = (message: string, cause?: unknown) =>
  new SvError('SV_RUN_INVALID', message, {
    fix: 'Give a folder that `sv train --out` wrote, or train again.',
    ...(cause !== undefined && { cause }),
  });
