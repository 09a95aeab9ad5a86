import { didYouMean, type EngineOptions, SvError, type TensorSpec } from '@streetvision/core';
import type { AdaptOptions } from './adaptation/entropy.js';
import type { McDropoutOptions } from './adaptation/mc-dropout.js';
import type { MemoryOptions } from './adaptation/memory.js';
import type { TtaOptions } from './adaptation/tta.js';
import { FEATURES, type Feature } from './features/layout.js';

/** File variants of an ONNX export, named as the Hugging Face exports name them. */
export const DTYPES = {
  fp32: '',
  fp16: '_fp16',
  int8: '_int8',
  uint8: '_uint8',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

export type Dtype = keyof typeof DTYPES;

/** Which frozen backbone, and which feature of it. */
export interface BackboneOptions {
  /**
   * An id of the table (`facebook/dinov3-vitl16-pretrain-lvd1689m`, or its short form `dinov3-vitl16`), or a folder
   * with `config.json`, `preprocessor_config.json` and the graph: `./models/x`, `file:./models/x`, `npm:package/folder`,
   * `hf:org/name@revision`.
   */
  readonly backbone: string;
  /** Which file of the export. @default 'fp32' */
  readonly dtype?: Dtype;
  /** @default what the head was trained on */
  readonly feature?: Feature;
  /** Divides the feature vector by its length. @default what the head was trained on */
  readonly l2?: boolean;
  /** Over what the model's own files say. A head that was trained on something else is refused. */
  readonly preprocessing?: Partial<TensorSpec>;
  /** Over the config's `engine`, for the backbone. */
  readonly engine?: EngineOptions;
}

/** Options of `dinov3()`. */
export interface Dinov3Options<Name extends string = string> extends BackboneOptions {
  /** What a step's `run` names. Give one to run two backbones in one cascade. @default 'dinov3' */
  readonly name?: Name;
  /** ONNX head with StreetVision metadata: a path or a model reference. */
  readonly head?: string;
  /** Passes the embedding on in the evidence. @default false */
  readonly embedding?: boolean;
  /**
   * Keeps embeddings on disk, so that a picture seen before skips the backbone. `dir` puts them elsewhere; past `maxBytes`,
   * 2 GiB unless given, those written first are removed. @default false
   */
  readonly cache?: boolean | { readonly dir?: string; readonly maxBytes?: number };
  /**
   * Asks the head several times with hidden units left out: `uncertainty` in the answer. `true` is 32 samples. The head
   * must have been trained with dropout. Voids the guarantees of a calibration made without it. @default off
   */
  readonly mcDropout?: true | McDropoutOptions;
  /**
   * Retrieval-augmented prediction: mixes in the votes of similar labelled pictures. Voids the guarantees of a calibration
   * made without it. @default off
   */
  readonly memory?: MemoryOptions;
  /**
   * Entropy-minimising adaptation to the frames that come in. Answers then depend on what was seen before, so it voids every
   * guarantee. @default off
   */
  readonly adapt?: true | AdaptOptions;
  /** Views of each frame are put to a vote: {@link tta} as data. Voids the guarantees of a calibration made without it. @default off */
  readonly tta?: TtaOptions;
  /** Largest batch. @default 8 */
  readonly maxBatch?: number;
  /** How long a frame may wait for others to fill a batch, in milliseconds. @default 0 */
  readonly maxDelayMs?: number;
}

const KEYS = [
  'name',
  'backbone',
  'dtype',
  'head',
  'feature',
  'l2',
  'embedding',
  'cache',
  'mcDropout',
  'memory',
  'adapt',
  'tta',
  'maxBatch',
  'maxDelayMs',
  'engine',
  'preprocessing',
] as const satisfies readonly (keyof Dinov3Options)[];

type Check = readonly [ok: (value: unknown) => boolean, expected: string];

const text: Check = [(value) => typeof value === 'string' && value !== '', 'a non-empty string'];
const flag: Check = [(value) => typeof value === 'boolean', 'true or false'];
const object: Check = [isObject, 'an object'];
const oneOf = (values: readonly string[]): Check => [
  (value) => typeof value === 'string' && values.includes(value),
  `one of ${values.map((value) => `'${value}'`).join(', ')}`,
];

const whole = (value: unknown) => Number.isInteger(value) && (value as number) >= 1;
const positive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const share = (value: unknown) => positive(value) && (value as number) <= 1;

/** An object of these keys at most. */
function only(value: unknown, keys: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return (
    isObject(value) && Object.entries(value).every(([key, one]) => one === undefined || (keys[key]?.(one) ?? false))
  );
}

function isBand(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value as unknown[];
  return typeof low === 'number' && typeof high === 'number' && low >= 0 && low < high && high <= 1;
}

const CHECKS: Record<(typeof KEYS)[number], Check> = {
  name: text,
  backbone: text,
  dtype: oneOf(Object.keys(DTYPES)),
  head: text,
  feature: oneOf(FEATURES),
  l2: flag,
  embedding: flag,
  cache: [
    (value) => typeof value === 'boolean' || isCacheOptions(value),
    'true, false or { dir, maxBytes }, both optional, maxBytes a whole number from 1',
  ],
  mcDropout: [
    (value) => value === true || only(value, { samples: whole, seed: Number.isSafeInteger }),
    'true or { samples, seed }, both optional, samples a whole number from 1',
  ],
  memory: [
    (value) =>
      only(value, { path: text[0], k: whole, weight: share, temperature: positive, capacity: whole }) &&
      (value as { path?: unknown }).path !== undefined,
    '{ path, k, weight, temperature, capacity }, of which only path is required, weight in (0, 1]',
  ],
  adapt: [
    (value) => value === true || only(value, { learningRate: positive, window: whole, band: isBand, patience: whole }),
    'true or { learningRate, window, band, patience }, all optional, band as [low, high] in [0, 1]',
  ],
  tta: [(value) => only(value, { views: Array.isArray, vote: text[0] }), '{ views, vote }, both optional'],
  maxBatch: [(value) => Number.isInteger(value) && (value as number) >= 1, 'a whole number from 1'],
  maxDelayMs: [(value) => Number.isFinite(value) && (value as number) >= 0, 'milliseconds from 0'],
  engine: object,
  preprocessing: object,
};

/** Checks what YAML, JSON or untyped code handed over. Throws `SV_CONFIG_INVALID`. */
export function checkOptions(options: unknown): asserts options is Dinov3Options {
  if (!isObject(options) || options.backbone === undefined) {
    throw new SvError('SV_CONFIG_INVALID', 'dinov3() was given no `backbone`.', {
      fix: "Write dinov3({ backbone: 'dinov3-vits16', head: './models/head.onnx' }).",
    });
  }
  for (const [key, value] of Object.entries(options)) {
    if (!(KEYS as readonly string[]).includes(key)) {
      throw new SvError('SV_CONFIG_INVALID', `dinov3() has no option \`${key}\`.${didYouMean(key, KEYS)}`, {
        fix: `Its options are ${KEYS.join(', ')}.`,
      });
    }
    const [ok, expected] = CHECKS[key as (typeof KEYS)[number]];
    if (value !== undefined && !ok(value)) {
      throw new SvError('SV_CONFIG_INVALID', `dinov3() option \`${key}\` is ${JSON.stringify(value)}.`, {
        fix: `It must be ${expected}.`,
      });
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCacheOptions(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).some((key) => key !== 'dir' && key !== 'maxBytes')) return false;
  const { dir, maxBytes } = value;
  return (
    (dir === undefined || (typeof dir === 'string' && dir !== '')) &&
    (maxBytes === undefined || (Number.isInteger(maxBytes) && (maxBytes as number) >= 1))
  );
}
