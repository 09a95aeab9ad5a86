import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFrame, PREPROCESSING_VERSION } from '@streetvision/core';
import type { Backbone } from '@streetvision/plugin-dinov3';
import { type Matrix, matrix } from '../data/matrix.js';
import type { Sample } from '../data/samples.js';
import { batchContext } from './context.js';

/**
 * The embedding of every picture, in order.
 * @param cache folder that keeps them per backbone, feature, preprocessing and picture
 */
export async function embedSamples(
  backbone: Backbone,
  folder: string,
  samples: readonly Sample[],
  cache?: string,
): Promise<Matrix> {
  const file = cache === undefined ? undefined : join(cache, `${identity(backbone)}.json`);
  const known = new Map<string, readonly number[]>(file === undefined ? [] : await readKnown(file));
  const rows: (readonly number[])[] = [];
  for (const sample of samples) {
    const frame = createFrame({ id: sample.file, bytes: await readFile(join(folder, sample.file)) });
    const row = known.get(frame.hash()) ?? Array.from((await backbone.embed([frame], batchContext))[0] ?? []);
    known.set(frame.hash(), row);
    rows.push(row);
  }
  if (file !== undefined) await writeKnown(file, [...known]);
  return matrix(rows);
}

function identity({ sha256, feature, l2, preprocessing }: Backbone): string {
  return createHash('sha256')
    .update(JSON.stringify({ code: PREPROCESSING_VERSION, sha256, feature, l2, preprocessing }))
    .digest('hex')
    .slice(0, 32);
}

async function readKnown(file: string): Promise<[string, number[]][]> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function writeKnown(file: string, entries: readonly (readonly [string, readonly number[]])[]): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  // Renamed when whole, so that an interrupted run leaves no half a file behind.
  await writeFile(`${file}.${process.pid}`, JSON.stringify(entries));
  await rename(`${file}.${process.pid}`, file);
}
