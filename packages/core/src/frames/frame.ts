import { SvError } from '../errors/sv-error.js';
import type { Clip, Frame, ImageLimits, TensorSpec, View } from '../types/frame.js';
import { resolveLimits } from './limits.js';
import { middleOf } from './middle.js';
import { normalise } from './normalise.js';
import { createPicture, createViewed, type Picture } from './picture.js';
import { resolveSpec } from './spec.js';
import { checkView, noBytes } from './view.js';

/** An encoded picture under a name of the caller's. */
export interface FrameInput {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A clip under a name of the caller's. */
export interface ClipFrameInput {
  readonly id: string;
  readonly clip: Clip;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Which picture a frame shows, so that a frame made from another one shares what was already decoded. */
const pictures = new WeakMap<Frame, Picture>();

/**
 * A frame that holds the encoded picture and decodes when a stage asks. Nothing is read or checked here: what the
 * bytes are worth shows at the first `info`, `pixels` or `tensor`, which reject with `SV_IMAGE_*`.
 * @param limits bounds on bytes and pixels, checked before anything is decoded
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { createFrame } from '@streetvision/core';
 *
 * const frame = createFrame({ id: 'street.jpg', bytes: await readFile('street.jpg') });
 * const { data, dims } = await frame.tensor({ width: 224, height: 224 });
 */
export function createFrame(input: FrameInput, limits?: ImageLimits): Frame {
  const { id, bytes, meta = {} } = input;
  if (!(bytes instanceof Uint8Array)) {
    throw new SvError('SV_INPUT_INVALID', `\`bytes\` is ${typeof bytes}, expected a Uint8Array or a Buffer.`, {
      fix: 'Pass the encoded picture, as it was read or received.',
    });
  }
  return show(createPicture(bytes, resolveLimits(limits)), id, meta);
}

/**
 * The frame that stands for a clip: it shows the picture nearest to the middle, and `clip` holds them all. Throws
 * `SV_INPUT_INVALID` for a clip without frames.
 */
export function createClipFrame({ id, clip, meta = {} }: ClipFrameInput, limits?: ImageLimits): Frame {
  const { frame } = middleOf(clip);
  const picture = pictures.get(frame) ?? createPicture(frame.bytes, resolveLimits(limits));
  return show(picture, id, meta, clip);
}

function show(picture: Picture, id: string, meta: Readonly<Record<string, unknown>>, clip?: Clip): Frame {
  const frame: Frame = {
    id,
    kind: clip ? 'video' : 'image',
    bytes: picture.bytes as Uint8Array,
    meta,
    ...(clip ? { clip } : {}),
    hash: picture.hash,
    info: picture.info,
    pixels: picture.pixels,
    tensor: (spec, into) => tensor(picture, spec, into),
    view: (view: View) => show(createViewed(picture, checkView(view)), id, meta),
    with(changes) {
      const { bytes } = changes;
      const other = bytes && bytes !== picture.bytes ? createPicture(bytes, picture.limits) : picture;
      return show(other, changes.id ?? id, changes.meta ?? meta, clip);
    },
  };
  // Not enumerable, so that a frame can still be spread.
  if (!picture.bytes) Object.defineProperty(frame, 'bytes', { get: () => refuse(), enumerable: false });
  pictures.set(frame, picture);
  return frame;
}

function refuse(): never {
  throw noBytes();
}

async function tensor(picture: Picture, given: TensorSpec, into?: Float32Array): ReturnType<Frame['tensor']> {
  const spec = resolveSpec(given);
  const { width, height } = spec;
  const floats = width * height * 3;
  if (into && into.length !== floats) {
    throw new SvError('SV_TENSOR_SPEC', `\`into\` holds ${into.length} numbers, the tensor has ${floats}.`, {
      fix: `Pass a Float32Array of ${floats}, or none.`,
    });
  }
  const resized = await picture.resized(spec);
  const data = into ?? new Float32Array(floats);
  normalise(resized, spec, resized.plan, resized.x, resized.y, data);
  const dims = spec.layout === 'chw' ? ([3, height, width] as const) : ([height, width, 3] as const);
  return { data, dims, placement: resized.plan.placement };
}
