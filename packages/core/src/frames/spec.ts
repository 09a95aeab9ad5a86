import { SvError } from '../errors/sv-error.js';
import type { TensorSpec } from '../types/frame.js';

/** A spec with every default filled in. */
export type ResolvedSpec = Required<TensorSpec>;

const CHOICES = {
  fit: ['stretch', 'crop', 'letterbox'],
  resample: ['nearest', 'bilinear', 'bicubic', 'lanczos'],
  rounding: ['uint8', 'float'],
  layout: ['chw', 'hwc'],
  channels: ['rgb', 'bgr'],
} as const;

/** A square of this side is more than any vision model takes, and still fits a buffer. */
const MAX_SIDE = 8192;

/** Fills in the defaults and refuses impossible specs with `SV_TENSOR_SPEC`. */
export function resolveSpec(spec: TensorSpec): ResolvedSpec {
  const resolved: ResolvedSpec = {
    width: spec.width,
    height: spec.height,
    fit: spec.fit ?? 'stretch',
    shortestEdge: spec.shortestEdge ?? Math.max(spec.width, spec.height),
    resample: spec.resample ?? 'bilinear',
    antialias: spec.antialias ?? true,
    rounding: spec.rounding ?? 'uint8',
    exact: spec.exact ?? false,
    pad: spec.pad ?? 114,
    scale: spec.scale ?? 1 / 255,
    mean: spec.mean ?? [0, 0, 0],
    std: spec.std ?? [1, 1, 1],
    layout: spec.layout ?? 'chw',
    channels: spec.channels ?? 'rgb',
  };
  checkSize(resolved);
  checkChoices(resolved);
  checkNumbers(resolved);
  return resolved;
}

/** Everything that decides the resized pixels, and nothing of what is done to them afterwards. */
export function pixelsKey(spec: ResolvedSpec): string {
  const { width, height, fit, shortestEdge, resample, antialias, rounding, exact } = spec;
  return `${width}x${height} ${fit} ${fit === 'crop' ? shortestEdge : ''} ${resample} ${antialias} ${rounding} ${exact}`;
}

function checkSize(spec: ResolvedSpec): void {
  for (const side of ['width', 'height', 'shortestEdge'] as const) {
    const value = spec[side];
    if (!Number.isInteger(value) || value < 1 || value > MAX_SIDE) {
      refuse(`\`${side}\` is ${value}, expected a whole number from 1 to ${MAX_SIDE}.`);
    }
  }
  if (spec.fit === 'crop' && spec.shortestEdge < Math.max(spec.width, spec.height)) {
    refuse(
      `\`shortestEdge\` is ${spec.shortestEdge}, expected at least the larger side of ${spec.width} x ${spec.height}.`,
    );
  }
}

function checkChoices(spec: ResolvedSpec): void {
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = spec[key as keyof typeof CHOICES];
    if (!(choices as readonly string[]).includes(value)) {
      refuse(`\`${key}\` is ${JSON.stringify(value)}, expected one of ${choices.join(', ')}.`);
    }
  }
  if (spec.resample === 'lanczos' && !spec.antialias) {
    refuse("`resample: 'lanczos'` is always antialiased, received `antialias: false`.");
  }
}

function checkNumbers(spec: ResolvedSpec): void {
  if (!(spec.pad >= 0 && spec.pad <= 255)) refuse(`\`pad\` is ${spec.pad}, expected a number from 0 to 255.`);
  for (const [key, values] of [
    ['mean', spec.mean],
    ['std', spec.std],
  ] as const) {
    if (!Array.isArray(values) || values.length !== 3) refuse(`\`${key}\` needs 3 numbers, one per channel.`);
  }
  for (const c of [0, 1, 2] as const) {
    const { gain, bias } = affine(spec, c);
    // Rules out NaN, Infinity and a std of 0, and everything that would overflow a float32 later.
    if (!(Math.abs(gain) * 255 + Math.abs(bias) < 3e38)) {
      refuse(
        `channel ${c} would not be finite: scale ${spec.scale}, mean ${spec.mean[c]}, std ${spec.std[c]}; ` +
          'expected finite numbers and a std other than 0.',
      );
    }
  }
}

/** `(v * scale - mean) / std` as `v * gain + bias`, for one channel of the tensor. */
export function affine(spec: ResolvedSpec, channel: 0 | 1 | 2): { gain: number; bias: number } {
  const std = spec.std[channel];
  return { gain: spec.scale / std, bias: -spec.mean[channel] / std };
}

function refuse(what: string): never {
  throw new SvError('SV_TENSOR_SPEC', `Impossible tensor: ${what}`, {
    fix: "Correct the spec in the stage, or the preprocessing in the model's manifest.",
  });
}
