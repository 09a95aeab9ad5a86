import { readLabel, SvError, type Task } from '@streetvision/core';
import { extraOf } from './extra.js';
import { isRecord, type Json } from './json.js';

export interface Entry {
  readonly label?: unknown;
  readonly group?: unknown;
  readonly source?: unknown;
  readonly split?: unknown;
  readonly meta: Json;
  /** Boxes in shares of the picture, where the entry is one of a detection dataset. */
  readonly detections?: readonly {
    readonly label: string;
    readonly score: number;
    readonly box: readonly [number, number, number, number];
  }[];
}

/**
 * An entry of FiftyOne's `labels`: an index into `classes`, a name, null, an object with label, confidence and
 * attributes, or a list of them. Of several labels the positive class counts where it is among them; otherwise they
 * must agree. Throws `SV_DATA_FORMAT`, `SV_DATA_LABEL`.
 */
export function readEntry(value: unknown, classes: readonly string[] | undefined, task: Task | undefined): Entry {
  if (value === null || value === undefined) return { label: null, meta: {} };
  if (Array.isArray(value)) {
    if (value.some((one) => isRecord(one) && 'bounding_box' in one))
      return { meta: {}, detections: value.map(readDetection) };
    return several(
      value.map((one) => readEntry(one, classes, task)),
      task,
    );
  }
  if (isRecord(value)) {
    const { label, confidence, attributes, ...rest } = value;
    const { label: _, id: __, ...said } = extraOf({ ...rest, ...(isRecord(attributes) ? attributes : {}) });
    const meta = typeof confidence === 'number' ? { ...said.meta, confidence } : said.meta;
    return { ...said, label: nameOf(label, classes), meta };
  }
  return { label: nameOf(value, classes), meta: {} };
}

function nameOf(value: unknown, classes: readonly string[] | undefined): unknown {
  if (typeof value !== 'number' || !classes) return value ?? null;
  const name = classes[value];
  if (name !== undefined) return name;
  throw new SvError('SV_DATA_LABEL', `The label is the index ${value}, and there are ${classes.length} classes.`);
}

function several(entries: readonly Entry[], task: Task | undefined): Entry {
  const [first] = entries;
  if (!first) return { label: null, meta: {} };
  const positive = entries.find(({ label }) => task !== undefined && readLabel(label, task) === task.positive);
  if (positive) return positive;
  const other = entries.find(({ label }) => label !== first.label);
  if (!other) return first;
  throw new SvError(
    'SV_DATA_LABEL',
    `The sample has the labels ${entries.map(({ label }) => String(label)).join(' and ')}, expected one.`,
  );
}

function readDetection(value: unknown): NonNullable<Entry['detections']>[number] {
  const { label, bounding_box, confidence = 1 } = isRecord(value) ? value : {};
  const box = Array.isArray(bounding_box) ? (bounding_box as number[]) : [];
  const fits = box.length === 4 && box.every((n) => typeof n === 'number' && n >= -0.01 && n <= 1.01);
  if (typeof label !== 'string' || !fits) {
    throw new SvError(
      'SV_DATA_FORMAT',
      `The detection is ${JSON.stringify(value)}, expected a label and a bounding_box of shares.`,
    );
  }
  if (!(typeof confidence === 'number' && confidence >= 0 && confidence <= 1)) {
    throw new SvError('SV_DATA_FORMAT', `The confidence is ${JSON.stringify(confidence)}, expected 0 to 1.`);
  }
  return { label, score: confidence, box: box as unknown as readonly [number, number, number, number] };
}
