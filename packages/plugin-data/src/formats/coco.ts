import { basename, dirname, join } from 'node:path';
import { type Box, type DataContext, type DataFormat, isSvError, SvError } from '@streetvision/core';
import { findCocoFiles, findPictures } from './coco-files.js';
import { uprightBoxes } from './coco-size.js';
import { datasetOf } from './dataset.js';
import { type Category, detectionRule, type LabelOfBoxes, labelOfBoxes } from './detection.js';
import { isRecord, type Json, listAt, readJson, wrongShape } from './json.js';
import { insideFolder } from './paths.js';
import { placeOf } from './reference.js';
import { type Row, rowOf } from './row.js';

/**
 * COCO: `labels.json` with `images`, `categories` and `annotations`; boxes in pixels. A picture's label is what its
 * entry says under `label`, or else what its boxes say: see `labelOfBoxes`.
 */
export const coco: DataFormat<'coco'> = {
  name: 'coco',
  description: 'COCO detection: labels.json with images, categories and annotations, pictures beside it or in data/',
  detect: async (ref, ctx) => (await findCocoFiles(ctx.dir, placeOf(ref))).length > 0,
  async open(ref, ctx) {
    const { place, rule } = detectionRule(ref);
    const found = await findCocoFiles(ctx.dir, place, { named: true });
    if (found.length === 0) {
      throw new SvError('SV_DATA_NOT_FOUND', `There is no COCO file at \`${place}\`.`, {
        fix: 'Expected a JSON file, or a folder with labels.json, _annotations.coco.json or annotations/instances_*.json.',
      });
    }
    const parts = await Promise.all(found.map(async ({ file, split }) => ({ ...(await readCoco(file)), split })));
    const categories = parts.flatMap((part) => [...part.categories.values()]);
    const root =
      parts.length === 1 ? (parts[0] as CocoFile).pictures : dirname(dirname((found[0] as { file: string }).file));
    const own = parts.every(({ images }) => images.every((image) => !isRecord(image) || 'label' in image));
    // Where every picture has its label, no category needs to mean one.
    const label: LabelOfBoxes = own ? () => null : labelOfBoxes(categories, rule, ctx.task);
    const count = parts.reduce((sum, { images }) => sum + images.length, 0);
    return datasetOf(
      {
        name: ref,
        root,
        count,
        async *rows() {
          for (const part of parts) yield* rowsOf(part, root, part.split, label, ctx);
        },
      },
      ctx,
    );
  },
};

interface CocoFile {
  readonly file: string;
  readonly images: readonly unknown[];
  readonly annotations: readonly unknown[];
  readonly categories: ReadonlyMap<unknown, Category>;
  /** Folder that file names are relative to. */
  readonly pictures: string;
}

async function readCoco(file: string): Promise<CocoFile> {
  const value = await readJson(file);
  if (!isRecord(value)) throw wrongShape(file, '(whole file)', value, 'an object with images and annotations');
  const images = listAt(value, 'images', file);
  const annotations = listAt(value, 'annotations', file);
  const categories = new Map<unknown, Category>();
  for (const [i, category] of listAt(value, 'categories', file).entries()) {
    if (!isRecord(category) || category.id === undefined || typeof category.name !== 'string') {
      throw wrongShape(file, `categories[${i}]`, category, '{ id, name }');
    }
    const { id, name, supercategory } = category;
    if (categories.has(id)) {
      throw new SvError(
        'SV_DATA_DUPLICATE',
        `${basename(file)} has two categories ${JSON.stringify(id)}: \`${categories.get(id)?.name}\` and \`${name}\`.`,
        { fix: 'Give each category an id of its own, and its annotations that id.' },
      );
    }
    categories.set(id, { name, ...(typeof supercategory === 'string' ? { supercategory } : {}) });
  }
  const names = images.map((image) => (isRecord(image) ? image.file_name : undefined));
  const pictures = await findPictures(file, names.find((name) => typeof name === 'string') as string | undefined);
  return { file, images, annotations, categories, pictures };
}

async function* rowsOf(
  { file, images, annotations, categories, pictures }: CocoFile,
  root: string,
  split: string | undefined,
  labelOf: LabelOfBoxes,
  ctx: DataContext,
): AsyncGenerator<Row> {
  const name = basename(file);
  const boxes = new Map<unknown, Box[]>();
  // Pictures with a box that could not be read: that they are negative cannot be said.
  const spoilt = new Set<unknown>();
  const tell = (where: string, error: unknown) => {
    if (!isSvError(error)) throw error;
    ctx.problem({ where, code: error.code, message: error.message });
  };
  const attempt = <T>(where: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      tell(where, error);
      return undefined;
    }
  };
  const known = new Set<unknown>();
  const shared = new Set<unknown>();
  for (const image of images) {
    const id = isRecord(image) ? image.id : undefined;
    if (id !== undefined && known.has(id)) shared.add(id);
    known.add(id);
  }
  for (const [i, annotation] of annotations.entries()) {
    const box = attempt(`${name} annotations[${i}]`, () => readAnnotation(annotation, categories, known));
    const id = isRecord(annotation) ? annotation.image_id : undefined;
    if (!box) {
      spoilt.add(id);
      continue;
    }
    const those = boxes.get(id);
    if (those) those.push(box);
    else boxes.set(id, [box]);
  }
  for (const [i, image] of images.entries()) {
    const where = `${name} images[${i}]`;
    const row = attempt(where, () => {
      if (!isRecord(image) || typeof image.file_name !== 'string') {
        throw new SvError(
          'SV_DATA_FORMAT',
          `The image is ${JSON.stringify(image)?.slice(0, 80)}, expected { id, file_name }.`,
        );
      }
      const { id, file_name, width: _, height: __, license: ___, meta, ...rest } = image;
      if (shared.has(id)) {
        throw new SvError(
          'SV_DATA_DUPLICATE',
          `Another image has the id ${JSON.stringify(id)} too: whose boxes are whose cannot be said.`,
        );
      }
      const own = boxes.get(id) ?? [];
      const { label, ...said } = rowOf(where, rest, {
        id: 'sample',
        label: 'label',
        group: 'group',
        source: 'source',
        split: 'split',
        sha256: 'sha256',
      });
      const path = insideFolder(file_name);
      return {
        ...said,
        split: said.split ?? split,
        file: pictures === root ? path : insideFolder(join(pictures, path).slice(root.length + 1)),
        label: 'label' in rest ? label : labelOf(own, own.length > 0, spoilt.has(id)),
        meta: { ...said.meta, ...(isRecord(meta) ? meta : {}) },
        ...(own.length > 0 ? { boxes: own } : {}),
      };
    });
    if (!row) continue;
    const { width, height } = image as Json;
    if (!row.boxes || !isSide(width) || !isSide(height)) {
      yield row;
      continue;
    }
    const path = join(root, row.file as string);
    try {
      yield { ...row, boxes: await uprightBoxes(row.boxes, { width, height }, path) };
    } catch (error) {
      tell(where, error);
    }
  }
}

const isSide = (value: unknown): value is number => typeof value === 'number' && value > 0 && Number.isFinite(value);

function readAnnotation(value: unknown, categories: ReadonlyMap<unknown, Category>, images: ReadonlySet<unknown>): Box {
  if (!isRecord(value)) throw new SvError('SV_DATA_FORMAT', 'The annotation is no object.');
  const { bbox, category_id, image_id, score = 1 } = value;
  const category = categories.get(category_id);
  if (!images.has(image_id)) {
    throw new SvError('SV_DATA_FORMAT', `\`image_id\` is ${JSON.stringify(image_id)}, and there is no such image.`);
  }
  if (!category) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `\`category_id\` is ${JSON.stringify(category_id)}, and there is no such category.`,
    );
  }
  const [x, y, width, height] = Array.isArray(bbox) ? (bbox as number[]) : [];
  if (
    ![x, y, width, height].every((n) => typeof n === 'number' && Number.isFinite(n)) ||
    !(Number(width) > 0 && Number(height) > 0)
  ) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `\`bbox\` is ${JSON.stringify(bbox)}, expected [x, y, width, height] in pixels.`,
    );
  }
  if (!(typeof score === 'number' && score >= 0 && score <= 1)) {
    throw new SvError('SV_DATA_FORMAT', `\`score\` is ${JSON.stringify(score)}, expected 0 to 1.`);
  }
  return { x, y, width, height, label: category.name, score } as Box;
}
