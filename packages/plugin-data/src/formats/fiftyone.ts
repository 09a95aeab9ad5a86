import { basename, isAbsolute, join, posix } from 'node:path';
import { type Box, type DataContext, type DataFormat, isSvError, SvError } from '@streetvision/core';
import { datasetOf } from './dataset.js';
import { type Category, detectionRule, type LabelOfBoxes, labelOfBoxes } from './detection.js';
import { readExtra } from './extra.js';
import { type Entry, readEntry } from './fiftyone-entry.js';
import { isRecord, readJson, wrongShape } from './json.js';
import { findFile, findKind, requireFile, withSlashes } from './paths.js';
import { placeOf } from './reference.js';
import type { Row } from './row.js';
import { sizeOf } from './size.js';
import { readStart } from './start.js';
import { walkPictures } from './walk.js';

const NAMES = ['labels.json'];

/**
 * FiftyOneImageClassificationDataset and FiftyOneImageDetectionDataset: `data/` and `labels.json` with `classes` and
 * `labels`, by file name without extension or by path below `data/`; what `extra.json` says beside it is metadata.
 */
export const fiftyone: DataFormat<'fiftyone'> = {
  name: 'fiftyone',
  description: 'FiftyOne image classification: data/ and labels.json with classes and labels',
  async detect(ref, ctx) {
    const file = await findFile(ctx.dir, placeOf(ref), NAMES);
    return file !== undefined && /\.json$/i.test(file) && /"labels"\s*:\s*\{/.test(await readStart(file));
  },
  async open(ref, ctx) {
    const { place, rule } = detectionRule(ref);
    const file = await requireFile(ctx.dir, place, NAMES);
    const folder = join(file, '..');
    const value = await readJson(file);
    if (!isRecord(value)) throw wrongShape(file, '(whole file)', value, 'an object with classes and labels');
    const { classes, labels } = value;
    if (!isRecord(labels)) throw wrongShape(file, 'labels', labels, 'an object by file name');
    if (
      classes !== undefined &&
      classes !== null &&
      !(Array.isArray(classes) && classes.every((c) => typeof c === 'string'))
    ) {
      throw wrongShape(file, 'classes', classes, 'a list of names');
    }
    const names = (classes ?? undefined) as readonly string[] | undefined;
    const entries = new Map(Object.entries(labels));
    const boxed = categoriesOf(entries.values());
    const label = boxed.length > 0 ? labelOfBoxes(boxed, rule, ctx.task) : () => null;
    const extras = await readExtra(folder);
    const data = (await findKind(join(folder, 'data'))) === 'folder' ? 'data' : '.';
    const rows = async function* (): AsyncGenerator<Row> {
      const files = await filesOf(join(folder, data));
      for (const [key, said] of entries) {
        const where = `${basename(file)} labels.${key}`;
        try {
          const path = posix.join(data, pathOf(key, files));
          const row = await rowOf(path, readEntry(said, names, ctx.task), join(folder, path), label);
          const extra = extras.get(key);
          yield { ...row, where, ...extra, meta: { ...row.meta, ...extra?.meta } };
        } catch (error) {
          report(error, where, ctx);
        }
      }
    };
    return datasetOf({ name: ref, root: folder, count: entries.size, rows }, ctx);
  },
};

async function rowOf(file: string, entry: Entry, path: string, labelOf: LabelOfBoxes): Promise<Omit<Row, 'where'>> {
  const { detections, ...rest } = entry;
  if (!detections) return { file, ...rest };
  const { width, height } = await sizeOf(path);
  const boxes: Box[] = detections.map(({ label, score, box: [x, y, w, h] }) => ({
    x: x * width,
    y: y * height,
    width: w * width,
    height: h * height,
    label,
    score,
  }));
  return { file, ...rest, label: labelOf(boxes, true), ...(boxes.length > 0 ? { boxes } : {}) };
}

function report(error: unknown, where: string, ctx: DataContext): void {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (!isSvError(error) && !missing) throw error;
  const code = isSvError(error) ? error.code : 'SV_INPUT_NOT_FOUND';
  ctx.problem({ where, code, message: (error as Error).message });
}

/** Pictures below `data/`, by path and by path without extension. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>();
  for await (const path of walkPictures(folder)) {
    for (const key of [path, path.replace(/\.[^./]*$/, '')]) files.set(key, [...(files.get(key) ?? []), path]);
  }
  return files;
}

function pathOf(key: string, files: ReadonlyMap<string, readonly string[]>): string {
  if (isAbsolute(key)) {
    throw new SvError('SV_DATA_FORMAT', `The path \`${key}\` is absolute, expected one below data/.`, {
      fix: 'Copy the pictures into data/, or write a labels.csv beside them.',
    });
  }
  const [path, other] = files.get(withSlashes(key)) ?? [];
  if (path === undefined) throw new SvError('SV_INPUT_NOT_FOUND', `There is no picture \`${key}\` in data/.`);
  if (other !== undefined) {
    throw new SvError('SV_DATA_DUPLICATE', `Both ${path} and ${other} are called \`${key}\`.`, {
      fix: 'Name them apart without their extensions.',
    });
  }
  return path;
}

function categoriesOf(values: Iterable<unknown>): Category[] {
  const names = new Set<string>();
  for (const value of values) {
    for (const one of Array.isArray(value) ? value : []) {
      if (isRecord(one) && 'bounding_box' in one && typeof one.label === 'string') names.add(one.label);
    }
  }
  return [...names].map((name) => ({ name }));
}
