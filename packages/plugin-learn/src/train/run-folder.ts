import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid, readJson, readLines, readText } from '../files/read-lines.js';
import { writeFolder } from '../files/write-folder.js';
import { SEEN_FILE, type SeenLine } from '../recording/seen.js';
import type { Run } from './run.js';
import { dataLineSchema, runSchema } from './run-schema.js';
import type { Row, Table } from './table.js';

/** One line of `data.jsonl`: a sample that was trained on, and what a head that never saw its group said of it. */
export interface DataLine extends Row {
  /** Absent without held-out figures. */
  readonly fold?: number;
  /** P(positive); `null` where its fold could not be judged, or where an earlier head has seen it or its group. */
  readonly heldOut?: number | null;
}

/** What a run folder is made of. */
export interface RunFiles {
  readonly run: Run;
  readonly head: Uint8Array;
  readonly data: readonly DataLine[];
  readonly features: Float32Array;
  /** What the heads before this one saw. */
  readonly seen: readonly SeenLine[];
}

// Last, because a folder without it is no run.
const SEAL = 'run.json';

/** Files that mean something in a run folder: none of an older run stays beside a newer one. */
export const RUN_FILES: readonly string[] = ['head.onnx', 'data.jsonl', SEEN_FILE, 'features.f32', 'curves.csv', SEAL];

/**
 * Writes a run folder whole or not at all. A run that is there already is replaced; other files in the folder stay.
 * Throws `SV_OUTPUT_WRITE`.
 */
export async function writeRunFolder(out: string, { run, head, data, features, seen }: RunFiles): Promise<void> {
  const files = {
    'head.onnx': head,
    'data.jsonl': lines(data),
    ...(seen.length > 0 && { [SEEN_FILE]: lines(seen) }),
    'features.f32': new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
    'curves.csv': curves(run),
    [SEAL]: `${JSON.stringify(run, null, 2)}\n`,
  };
  await writeFolder(out, files, RUN_FILES);
}

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

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
  const path = join(folder, SEAL);
  const text = (await readText(path)) ?? missing(folder, SEAL);
  return readJson(text, runSchema, path) as unknown as Run;
}

/** The samples of a run, in the order of its features. Throws `SV_RUN_INVALID`, saying the line. */
export async function readData(folder: string): Promise<DataLine[]> {
  const found = await readLines(join(folder, 'data.jsonl'), dataLineSchema);
  return (found ?? missing(folder, 'data.jsonl')) as DataLine[];
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

async function readBytes(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    return missing(folder, name, cause);
  }
}

function missing(folder: string, name: string, cause?: unknown): never {
  throw invalid(`${folder} is no run folder: \`${name}\` cannot be read.`, cause);
}
