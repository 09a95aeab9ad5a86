import { SvError } from '../errors/sv-error.js';
import type { Clip, TimedFrame } from '../types/frame.js';

/** The frame nearest to the middle of the clip, which stands for it. Throws `SV_INPUT_INVALID` for an empty clip. */
export function middleOf(clip: Clip): TimedFrame {
  const middle = clip.duration / 2;
  let best: TimedFrame | undefined;
  for (const timed of clip.frames) {
    if (!best || Math.abs(timed.at - middle) < Math.abs(best.at - middle)) best = timed;
  }
  if (best) return best;
  throw new SvError('SV_INPUT_INVALID', 'The clip has no frames, expected at least one.', {
    fix: 'Check how the video was taken apart.',
  });
}
