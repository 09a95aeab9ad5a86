import { basename, dirname } from 'node:path';
import { type DataFormat, isSvError, SvError } from '@streetvision/core';
import { readBoxes } from './boxes.js';
import { datasetOf } from './dataset.js';
import { isRecord, type Json, readJson, wrongShape } from './json.js';
import { findFile, requireFile } from './paths.js';
import { type Row, rowOf } from './row.js';
import { readStart } from './start.js';

const NAMES = ['annotations.json'];

/** `annotations.json`: a list of objects with `image_path`, `has_roadwork` or `label`, and `metadata`. */
export const annotations: DataFormat<'annotations'> = {
  name: 'annotations',
  description: 'annotations.json: a list of { image_path, has_roadwork or label, metadata }',
  async detect(ref, ctx) {
    const file = await findFile(ctx.dir, ref, NAMES);
    if (file === undefined || !/\.json$/i.test(file)) return false;
    const start = await readStart(file);
    return /^\s*\[/.test(start) || /"image_path"\s*:/.test(start);
  },
  async open(ref, ctx) {
    const file = await requireFile(ctx.dir, ref, NAMES);
    const list = listOf(await readJson(file), file);
    function* rows(): Generator<Row> {
      for (const [i, value] of list.entries()) {
        const where = `${basename(file)}[${i}]`;
        try {
          yield readEntry(value, where);
        } catch (error) {
          if (!isSvError(error)) throw error;
          ctx.problem({ where, code: error.code, message: error.message });
        }
      }
    }
    return datasetOf({ name: ref, root: dirname(file), count: list.length, rows }, ctx);
  },
};

/** The list itself, a list under `annotations` or `images`, or an object of entries by path. */
function listOf(value: unknown, file: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) throw wrongShape(file, '(whole file)', value, 'a list of { image_path, label }');
  for (const key of ['annotations', 'images', 'samples']) {
    if (Array.isArray(value[key])) return value[key];
  }
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([, entry]) => isRecord(entry))) {
    return entries.map(([path, entry]) => ({ image_path: path, ...(entry as Json) }));
  }
  throw new SvError(
    'SV_DATA_FORMAT',
    `${basename(file)} is an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no keys'}, expected a list of { image_path, label, metadata }.`,
    { fix: 'For COCO write `coco:labels.json`, for FiftyOne `fiftyone:folder`.' },
  );
}

function readEntry(value: unknown, where: string): Row {
  if (!isRecord(value)) {
    throw new SvError('SV_DATA_FORMAT', `The entry is ${JSON.stringify(value)}, expected { image_path, label }.`);
  }
  const { metadata, boxes, ...rest } = value;
  if (metadata !== undefined && metadata !== null && !isRecord(metadata)) {
    throw new SvError('SV_DATA_FORMAT', `\`metadata\` is ${JSON.stringify(metadata)}, expected an object.`);
  }
  const row = rowOf(where, rest);
  if (typeof row.file !== 'string') {
    const keys = Object.keys(value).join(', ');
    throw new SvError('SV_DATA_FORMAT', `The entry has the keys ${keys}, expected \`image_path\` with a path.`);
  }
  return {
    ...row,
    // Where both are there, metadata may say the group and the source as well.
    group: row.group ?? metadata?.group,
    source: row.source ?? metadata?.source,
    split: row.split ?? metadata?.split,
    meta: { ...row.meta, ...metadata },
    ...(boxes === undefined ? {} : { boxes: readBoxes(boxes) }),
  };
}
