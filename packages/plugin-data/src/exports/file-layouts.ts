import { join } from 'node:path';
import { stringify } from 'yaml';
import { contentHash, countSamples } from '../manifest/hash.js';
import { MANIFEST_VERSION, type ManifestLine } from '../manifest/types.js';
import { writeManifest } from '../manifest/write.js';
import { safeName } from './names.js';
import { toCsv } from './to-csv.js';
import type { Exported, ExportFacts, Layout } from './types.js';
import { writeText } from './write-text.js';

/** `roadwork/clip7/a.jpg`, below the part where there is one; `labels.csv` says the rest, and `data.jsonl` all of it. */
export const folderLayout: Layout = {
  place({ id, label, group, split }, stem, extension) {
    const inner = group === id ? [] : [safeName(group) || '_'];
    const outer = split === undefined ? [] : [safeName(split) || '_'];
    return [...outer, label === null ? '_unlabeled' : safeName(label) || '_', ...inner, `${stem}.${extension}`].join(
      '/',
    );
  },
  async describe(folder, samples, facts) {
    await writeText(join(folder, 'labels.csv'), toCsv(samples));
    // A table has no place for boxes, and cannot tell the text `12` from the number.
    await describeByManifest(folder, samples, facts);
  },
};

/** Pictures in `images/` and a manifest. */
export const jsonlLayout: Layout = {
  place: (_, stem, extension) => `images/${stem}.${extension}`,
  describe: describeByManifest,
};

async function describeByManifest(folder: string, samples: readonly Exported[], { name }: ExportFacts): Promise<void> {
  const lines = samples.map(({ sample, path, sha256 }): ManifestLine => {
    const { id, label, group, source, split, meta, boxes } = sample;
    return {
      id,
      file: path,
      sha256,
      label,
      group,
      source,
      ...(split === undefined ? {} : { split }),
      ...(Object.keys(meta).length > 0 ? { meta } : {}),
      ...(boxes === undefined ? {} : { boxes }),
    };
  });
  const header = {
    version: MANIFEST_VERSION,
    name,
    sha256: contentHash(lines),
    counts: countSamples(lines),
  } as const;
  await writeManifest(join(folder, 'data.jsonl'), { header, lines });
}

/** FiftyOneImageClassificationDataset; what it has no place for goes into `extra.json`. */
export const fiftyoneLayout: Layout = {
  place: (_, stem, extension) => `data/${stem}.${extension}`,
  async describe(folder, samples, { classes }) {
    const labels: Record<string, unknown> = {};
    const extra: Record<string, unknown> = {};
    for (const { sample, stem } of samples) {
      const { id, label, group, source, split, meta, boxes } = sample;
      const { confidence, ...rest } = meta;
      const attributes = { group, source, ...(split === undefined ? {} : { split }) };
      const sure = typeof confidence === 'number' ? { confidence } : {};
      labels[stem] = label === null ? null : { label, ...sure, attributes };
      extra[stem] = { id, ...attributes, ...(label === null ? { meta } : { meta: rest }), ...(boxes ? { boxes } : {}) };
    }
    await writeText(join(folder, 'labels.json'), json({ classes, labels }));
    await writeText(join(folder, 'extra.json'), json(extra));
  },
};

/** COCO detection in the layout that FiftyOne reads too; labels, groups and the rest are keys of the image entries. */
export const cocoLayout: Layout = {
  place: (_, stem, extension) => `data/${stem}.${extension}`,
  async describe(folder, samples, { name }) {
    const names = boxLabels(samples);
    const ids = new Map(names.map((label, i) => [label, i + 1]));
    const images = samples.map(({ sample, path, width, height }, i) => {
      const { id, label, group, source, split, meta } = sample;
      const file_name = path.slice('data/'.length);
      const said = { sample: id, label, group, source, ...(split === undefined ? {} : { split }), meta };
      return { id: i + 1, file_name, width, height, ...said };
    });
    const annotations: object[] = [];
    for (const [i, { sample }] of samples.entries()) {
      for (const { x, y, width, height, label, score } of sample.boxes ?? []) {
        const area = width * height;
        const box = { bbox: [x, y, width, height], area, iscrowd: 0, score };
        annotations.push({ id: annotations.length + 1, image_id: i + 1, category_id: ids.get(label), ...box });
      }
    }
    const categories = names.map((label, i) => ({ id: i + 1, name: label, supercategory: '' }));
    const info = { description: name, version: '1' };
    await writeText(join(folder, 'labels.json'), json({ info, licenses: [], categories, images, annotations }));
  },
};

/** Parts by what YOLO calls them. A sample of another part, or of none, is put with `train`; `extra.json` knows better. */
const YOLO_PARTS: Readonly<Record<string, string>> = { train: 'train', calibration: 'val', test: 'test' };
const yoloPart = (split: string | undefined) => YOLO_PARTS[split ?? 'train'] ?? 'train';

/** YOLO detection; what it has no place for goes into `extra.json`. */
export const yoloLayout: Layout = {
  place: ({ split }, stem, extension) => `images/${yoloPart(split)}/${stem}.${extension}`,
  refuses({ label, boxes }, task) {
    // A label file without lines says that nothing is there: a trainer takes the picture as background.
    if (label === null || (boxes && boxes.length > 0)) return undefined;
    if (task ? label !== task.positive : boxes) return undefined;
    return `It is of the class ${label} and has no boxes: YOLO would take it as background.`;
  },
  async describe(folder, samples, { classes }) {
    const found = boxLabels(samples);
    const names = found.length > 0 ? found : classes;
    const extra: Record<string, unknown> = {};
    const parts = new Set(['train']);
    for (const { sample, stem, width, height } of samples) {
      const { id, label, group, source, split, meta, boxes } = sample;
      const part = yoloPart(split);
      parts.add(part);
      extra[stem] = { id, label, group, source, split: split ?? null, meta };
      if (label === null && !boxes) continue;
      const lines = (boxes ?? []).map((box) => {
        const numbers = [
          (box.x + box.width / 2) / width,
          (box.y + box.height / 2) / height,
          box.width / width,
          box.height / height,
        ];
        return [names.indexOf(box.label), ...numbers, ...(box.score === 1 ? [] : [box.score])].join(' ');
      });
      await writeText(join(folder, 'labels', part, `${stem}.txt`), lines.map((line) => `${line}\n`).join(''));
    }
    const places = Object.fromEntries([...parts].map((part) => [part, `images/${part}`]));
    await writeText(
      join(folder, 'data.yaml'),
      stringify({ path: '.', ...places, names: Object.fromEntries(names.entries()) }),
    );
    await writeText(join(folder, 'extra.json'), json(extra));
  },
};

const boxLabels = (samples: readonly Exported[]) =>
  [...new Set(samples.flatMap(({ sample }) => (sample.boxes ?? []).map(({ label }) => label)))].sort();

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
