import { SvError } from '../errors/sv-error.js';
import type { Clip, ImageLimits, TimedFrame } from '../types/frame.js';
import { createFrame } from './frame.js';

/** A video that was already taken apart. */
export interface ClipInput {
  /** What the frames are called, followed by their time: `drive.mp4@1.5`. */
  readonly id: string;
  /** Encoded pictures, with seconds from the start. Any order. */
  readonly frames: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  /** Seconds. @default the time of the last frame */
  readonly duration?: number;
  /** The encoded video, where a stage sends it on as it is. */
  readonly bytes?: Uint8Array;
}

/**
 * A clip of encoded pictures, in order of time. `createClipFrame({ id, clip })` makes the frame that stands for it.
 * @example
 * import { createClip, createClipFrame } from '@streetvision/core';
 *
 * const clip = createClip({ id: 'drive.mp4', frames: [{ at: 0, bytes: first }, { at: 1, bytes: second }] });
 * const frame = createClipFrame({ id: 'drive.mp4', clip });
 */
export function createClip(input: ClipInput, limits?: ImageLimits): Clip {
  const frames = input.frames
    .map(({ at, bytes }): TimedFrame => {
      if (!(at >= 0 && at < Number.POSITIVE_INFINITY)) invalid(`a frame at ${at} s, expected a time from 0 s on`);
      return { at, frame: createFrame({ id: `${input.id}@${Number(at.toFixed(3))}`, bytes }, limits) };
    })
    .sort((a, b) => a.at - b.at);
  const last = frames.at(-1);
  if (!last) invalid('no frames, expected at least one');
  const duration = input.duration ?? last.at;
  if (!(duration >= last.at)) invalid(`a duration of ${duration} s with a frame at ${last.at} s`);
  return { frames, duration, ...(input.bytes ? { bytes: input.bytes } : {}) };
}

function invalid(what: string): never {
  throw new SvError('SV_INPUT_INVALID', `The clip has ${what}.`, { fix: 'Check how the video was taken apart.' });
}
