import { SvError } from '../errors/sv-error.js';
import { createClipFrame, createFrame } from '../frames/frame.js';
import { readFrame } from '../frames/read.js';
import type { Clip, Frame, ImageLimits, RunInput } from '../types/index.js';

let unnamed = 0;

/** What an input is called before it is read, for outcomes and logs. */
export function inputName(input: RunInput): string {
  if (typeof input === 'string') return input;
  if (input instanceof Uint8Array) return `bytes-${++unnamed}`;
  return typeof input === 'object' && input !== null && typeof input.id === 'string' ? input.id : 'unnamed';
}

/** Makes a frame of whatever the caller gave. Reads files; never fetches. Throws `SV_INPUT_*`, `SV_IMAGE_*`. */
export async function toFrame(input: RunInput, name: string, limits: ImageLimits): Promise<Frame> {
  if (typeof input === 'string') return readFrame(input, limits);
  if (input instanceof Uint8Array) return createFrame({ id: name, bytes: input }, limits);
  if (typeof input !== 'object' || input === null) throw invalid(input);
  if ('tensor' in input) return input;
  if (typeof input.id !== 'string') throw invalid(input);
  if ('bytes' in input && input.bytes instanceof Uint8Array) return createFrame(input, limits);
  if ('clip' in input) return createClipFrame({ ...input, clip: limited(input.clip, limits) }, limits);
  throw invalid(input);
}

/** A clip was made outside, perhaps under other limits: its pictures get those of the config. */
function limited(clip: Clip, limits: ImageLimits): Clip {
  const frames = clip.frames.map(({ at, frame }) => {
    return { at, frame: createFrame({ id: frame.id, bytes: frame.bytes, meta: frame.meta }, limits) };
  });
  return { ...clip, frames };
}

const invalid = (input: unknown) =>
  new SvError(
    'SV_INPUT_INVALID',
    `Expected a path, a Uint8Array, { id, bytes }, { id, clip } or a frame, got ${kind(input)}.`,
    {
      fix: 'Give the encoded picture as it is, not decoded and not base64.',
    },
  );

function kind(input: unknown): string {
  if (input === null) return 'null';
  if (typeof input !== 'object') return `a ${typeof input}`;
  return `an object with ${Object.keys(input).slice(0, 5).join(', ') || 'no keys'}`;
}
