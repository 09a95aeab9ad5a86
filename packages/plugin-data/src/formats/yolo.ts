import { readFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { type Box, type DataContext, type DataFormat, isSvError } from '@streetvision/core';
import { datasetOf } from './dataset.js';
import { detectionRule, type LabelOfBoxes, labelOfBoxes } from './detection.js';
import { readExtra } from './extra.js';
import { readLines } from './lines.js';
import { findFile, findKind, insideFolder, requireFile } from './paths.js';
import { placeOf } from './reference.js';
import type { Row } from './row.js';
import { sizeOf } from './size.js';
import { nothingSkipped, type Skipped, tellSkipped } from './skipped.js';
import { walkPictures } from './walk.js';
import { readYoloConfig, type YoloConfig } from './yolo-config.js';
import { readYoloLine } from './yolo-lines.js';

const NAMES = ['data.yaml', 'data.yml', 'dataset.yaml'];

/**
 * YOLO: `data.yaml` with `train`, `val`, `test` and `names`, and a label file per picture. `val` is the part
 * `calibration`. An empty label file means that nothing is there; no label file, that nobody looked.
 */
export const yolo: DataFormat<'yolo'> = {
  name: 'yolo',
  description: 'YOLO: data.yaml with train, val, test and names; images/ and labels/ with a text file per picture',
  async detect(ref, ctx) {
    const file = await findFile(ctx.dir, placeOf(ref), NAMES);
    return file !== undefined && /\.ya?ml$/i.test(file);
  },
  async open(ref, ctx) {
    const { place, rule } = detectionRule(ref);
    const file = await requireFile(ctx.dir, place, NAMES);
    const config = await readYoloConfig(file);
    const extras = await readExtra(config.root);
    const labelled = extras.size > 0 && [...extras.values()].every((extra) => 'label' in extra);
    const categories = [...config.names.values()].map((name) => ({ name }));
    const label: LabelOfBoxes = labelled ? () => null : labelOfBoxes(categories, rule, ctx.task);
    return datasetOf(
      {
        name: ref,
        root: config.root,
        async *rows() {
          const skipped = nothingSkipped();
          for (const { split, place } of config.parts) {
            for await (const image of imagesOf(config.root, place, skipped)) {
              const row = await rowOf(image, config, label, ctx);
              if (!row) continue;
              const extra = extras.get(stemOf(image));
              yield { ...row, split, ...extra, meta: extra?.meta ?? {} };
            }
          }
          tellSkipped(skipped, ctx);
        },
      },
      ctx,
    );
  },
};

const stemOf = (path: string) => basename(path).replace(/\.[^.]*$/, '');

/** The pictures of a folder, or those that a text file lists; relative to the root. */
async function* imagesOf(root: string, place: string, skipped: Skipped): AsyncGenerator<string> {
  if ((await findKind(join(root, place))) !== 'file') {
    for await (const path of walkPictures(join(root, place), skipped))
      yield place === '.' ? path : posix.join(place, path);
    return;
  }
  for await (const { text } of readLines(join(root, place))) yield text.trim().replace(/^\.\//, '');
}

/** Where the label file of a picture lies: the last `images` of its path becomes `labels`. */
const labelFile = (image: string) =>
  image.replace(/(^|\/)images\/(?!.*\/images\/)/, '$1labels/').replace(/\.[^./]*$/, '.txt');

async function rowOf(
  image: string,
  config: YoloConfig,
  labelOf: LabelOfBoxes,
  ctx: DataContext,
): Promise<Row | undefined> {
  try {
    const inside = insideFolder(image);
    const file = join(config.root, labelFile(inside));
    const annotated = (await findKind(file)) === 'file';
    const lines = annotated ? (await readFile(file, 'utf8')).split('\n') : [];
    const boxes: Box[] = [];
    let bad = false;
    const filled = [...lines.entries()].filter(([, text]) => text.trim() !== '');
    // Only now is the picture looked into: background pictures need no size.
    const size = filled.length > 0 ? await sizeOf(join(config.root, inside)) : { width: 0, height: 0 };
    for (const [i, text] of filled) {
      try {
        boxes.push(readYoloLine(text, config.names, size));
      } catch (error) {
        if (!isSvError(error)) throw error;
        bad = true;
        ctx.problem({ where: `${labelFile(inside)} line ${i + 1}`, code: error.code, message: error.message });
      }
    }
    return {
      where: inside,
      file: inside,
      label: labelOf(boxes, annotated, bad),
      ...(boxes.length > 0 ? { boxes } : {}),
    };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isSvError(error) && !missing) throw error;
    const code = isSvError(error) ? error.code : 'SV_INPUT_NOT_FOUND';
    ctx.problem({ where: image, code, message: missing ? `There is no file \`${image}\`.` : (error as Error).message });
    return undefined;
  }
}
