import { type HeadFacts, isSvError, readOnnxFile, SvError, type TensorSpec } from '@streetvision/core';
import { FEATURES, type Feature } from '../features/layout.js';
import { fullSpec } from '../preprocessing.js';

/** Key under which a head carries its metadata in the ONNX file's `metadata_props`. */
export const HEAD_METADATA_KEY = 'streetvision.head';

/**
 * Turns a head's probability p into a calibrated one.
 * `temperature`: softmax(log p / temperature). `platt`: sigmoid(a · logit p + b), for two classes.
 */
export type HeadCalibration =
  | { readonly method: 'temperature'; readonly temperature: number }
  | { readonly method: 'platt'; readonly a: number; readonly b: number };

/**
 * What a head was trained on. Written as JSON under {@link HEAD_METADATA_KEY}; a head is run on nothing else.
 *
 * The graph takes `embedding`, float32 `[batch, dimension]`, and answers `probability`, float32: `[batch]` or
 * `[batch, 1]` is P(positive), `[batch, classes]` is one probability per class in the order of `classes`.
 */
export interface HeadMetadata {
  readonly version: 1;
  /** The sha256 decides; the id is for people. */
  readonly backbone: { readonly id: string; readonly sha256: string };
  readonly feature: Feature;
  readonly l2: boolean;
  /** Length of the embedding. */
  readonly dimension: number;
  readonly preprocessing: TensorSpec;
  readonly classes: readonly [string, string, ...string[]];
  readonly positive: string;
  readonly calibration: HeadCalibration | null;
  /** Inputs float32 `[batch, width]` that multiply hidden units and default to ones: masks for MC dropout. */
  readonly dropout?: HeadFacts['dropout'];
  /** Free: data, date, figures. */
  readonly trained?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the metadata out of a head's ONNX file. Throws `SV_HEAD_INVALID`.
 *
 * @example
 * const { backbone, feature, classes } = await readHeadMetadata('./models/head.onnx');
 */
export async function readHeadMetadata(path: string): Promise<HeadMetadata> {
  let props: ReadonlyMap<string, string>;
  try {
    props = (await readOnnxFile(path)).metadata;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw invalid(path, `is not an ONNX file: ${cause.message}`, cause);
  }
  const json = props.get(HEAD_METADATA_KEY);
  if (json === undefined) {
    const others = [...props.keys()].map((key) => `\`${key}\``).join(', ');
    throw invalid(path, `has no \`${HEAD_METADATA_KEY}\` in its metadata (found ${others || 'none'})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid(path, `has metadata that is not JSON`, cause);
  }
  const mistake = findMistake(value);
  if (mistake) throw invalid(path, `has metadata in which ${mistake}`);
  return value as HeadMetadata;
}

function invalid(path: string, what: string, cause?: unknown): SvError {
  return new SvError('SV_HEAD_INVALID', `Head ${path} ${what}.`, {
    fix: 'Give a head that StreetVision trained, or write the metadata that the README of @streetvision/plugin-dinov3 lists.',
    ...(cause !== undefined && { cause }),
  });
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) > 0;

function findMistake(head: unknown): string | undefined {
  if (!isFields(head)) return 'there is no object';
  if (head.version !== 1) return `\`version\` is ${JSON.stringify(head.version)}, expected 1`;
  const { backbone, preprocessing, classes } = head;
  if (!isFields(backbone) || !isText(backbone.id)) return '`backbone.id` is missing';
  if (!isText(backbone.sha256) || !/^[0-9a-f]{64}$/.test(backbone.sha256))
    return '`backbone.sha256` is not 64 hex digits';
  if (!FEATURES.includes(head.feature as Feature)) return `\`feature\` is not one of ${FEATURES.join(', ')}`;
  if (typeof head.l2 !== 'boolean') return '`l2` is not true or false';
  if (!isCount(head.dimension)) return '`dimension` is not a whole number from 1';
  if (!isFields(preprocessing) || !isCount(preprocessing.width) || !isCount(preprocessing.height))
    return '`preprocessing` lacks `width` and `height`';
  const impossible = specMistake(preprocessing as unknown as TensorSpec);
  if (impossible) return `\`preprocessing\` is impossible: ${impossible}`;
  if (!Array.isArray(classes) || classes.length < 2 || !classes.every(isText) || new Set(classes).size < classes.length)
    return '`classes` is not a list of two or more different names';
  if (!(classes as unknown[]).includes(head.positive)) return '`positive` is not one of `classes`';
  return findDropoutMistake(head.dropout) ?? findCalibrationMistake(head.calibration, classes.length);
}

function findDropoutMistake(dropout: unknown): string | undefined {
  if (dropout === undefined) return undefined;
  if (!isFields(dropout)) return '`dropout` is no object';
  const { rate, masks } = dropout;
  if (!(typeof rate === 'number' && rate >= 0 && rate < 1)) return '`dropout.rate` is not in [0, 1)';
  const sound =
    Array.isArray(masks) && masks.every((mask) => isFields(mask) && isText(mask.input) && isCount(mask.width));
  return sound ? undefined : '`dropout.masks` is no list of { input, width }';
}

function specMistake(spec: TensorSpec): string | undefined {
  try {
    fullSpec(spec);
  } catch (error) {
    if (isSvError(error) && error.code === 'SV_TENSOR_SPEC') return error.message;
    throw error;
  }
  return undefined;
}

function findCalibrationMistake(calibration: unknown, classes: number): string | undefined {
  if (calibration === null) return undefined;
  if (!isFields(calibration)) return '`calibration` is neither null nor an object';
  const { method, temperature, a, b } = calibration;
  if (method === 'temperature')
    return Number.isFinite(temperature) && (temperature as number) > 0
      ? undefined
      : '`calibration.temperature` is not above 0';
  if (method !== 'platt') return '`calibration.method` is not `temperature` or `platt`';
  if (!Number.isFinite(a) || !Number.isFinite(b)) return '`calibration.a` and `calibration.b` are not numbers';
  return classes === 2 ? undefined : `\`calibration.method\` is \`platt\`, which takes 2 classes, not ${classes}`;
}
