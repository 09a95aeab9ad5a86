import { createFrame } from '../frames/frame.js';
import type { Frame } from '../types/index.js';
import { type PictureOptions, testPicture } from './picture.js';

export interface TestFrameOptions extends PictureOptions {
  /** @default 'test-<seed>.<format>' */
  readonly id?: string;
  /** The encoded picture, instead of a drawn one. */
  readonly bytes?: Uint8Array;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/**
 * A real frame over a drawn picture, as the runtime gives it to stages.
 *
 * @example
 * const [output] = await stage.run([await testFrame({ seed: 3 })], state, stageContext());
 */
export async function testFrame(options: TestFrameOptions = {}): Promise<Frame> {
  const { seed = 1, format = 'jpeg', meta } = options;
  const id = options.id ?? `test-${seed}.${format}`;
  const bytes = options.bytes ?? (await testPicture(options));
  return createFrame({ id, bytes, ...(meta ? { meta } : {}) });
}
