import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SvError } from '@streetvision/core';
import { type HeadWeights, readHeadWeights } from '../heads/index.js';
import { distinct, readSeen, type SeenLine, seenLine, seenOf } from '../recording/seen.js';
import type { Run } from './run.js';
import { isRunFolder, readData, readRun } from './run-folder.js';
import type { Row } from './table.js';

/** A head that training goes on from. */
export interface Earlier {
  /** As the user wrote it. */
  readonly from: string;
  /** The ONNX file. */
  readonly file: string;
  readonly weights: HeadWeights;
  /** Its run folder; `undefined` where only the head is there. */
  readonly folder: string | undefined;
  readonly run: Run | undefined;
  /** What it and the heads before it were trained on; `undefined` where that is not known. */
  readonly seen: readonly SeenLine[] | undefined;
}

/** Reads the head of a run folder or a bare `head.onnx`. Throws `SV_RUN_INVALID`. */
export async function readEarlier(from: string, dir: string): Promise<Earlier> {
  const path = resolve(dir, from);
  const folder = (await isFolder(path)) ? path : dirname(path);
  const head = folder === path ? join(path, 'head.onnx') : path;
  const bytes = await readFile(head).catch((cause) => {
    throw new SvError('SV_RUN_INVALID', `The earlier head ${from} cannot be read.`, {
      fix: 'Give a run folder, or its head.onnx.',
      cause,
    });
  });
  const weights = readHeadWeights(bytes);
  const known = (folder === path || basename(path) === 'head.onnx') && (await isRunFolder(folder));
  if (!known) return { from, file: head, weights, folder: undefined, run: undefined, seen: undefined };
  const seen = distinct([...(await readSeen(folder)), ...(await readData(folder)).map(seenLine)]);
  return { from, file: head, weights, folder, run: await readRun(folder), seen };
}

/** Refuses a head over other features. Throws `SV_TRAIN_OPTIONS`. */
export function checkEarlier(
  { from, run, weights }: Earlier,
  now: { identity: Readonly<Record<string, unknown>>; dimension: number; classes: readonly string[] },
): void {
  const differences = [
    ...(weights.dimension === now.dimension
      ? []
      : [`it takes ${weights.dimension} features, the backbone gives ${now.dimension}`]),
    ...(run && !isDeepStrictEqual(run.backbone.identity, plain(now.identity))
      ? ['it was trained on another backbone, feature or preprocessing']
      : []),
    ...(run && run.head.classes.join() !== now.classes.join()
      ? [`its classes are ${run.head.classes.join(', ')}, now they are ${now.classes.join(', ')}`]
      : []),
  ];
  if (differences.length === 0) return;
  throw new SvError('SV_TRAIN_OPTIONS', `Training cannot go on from ${from}: ${differences.join('; ')}.`, {
    fix: 'Train anew, without --from.',
  });
}

/** Rows that the earlier head and those before it have not seen, nor any picture of their groups. */
export function unseen(rows: readonly Row[], { seen }: Pick<Earlier, 'seen'>): number[] {
  const { groups, pictures } = seenOf(seen ?? []);
  return [...rows.keys()].filter((i) => {
    const row = rows[i] as Row;
    return !row.replayed && !groups.has(row.group) && !pictures.has(row.sha256);
  });
}

/** As it comes back from JSON, where `undefined` is absent. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
