import type { When } from '../../types/index.js';

/** Runs a step for single pictures only. */
export const image: When = (_verdict, _evidence, { frame }) => frame.kind === 'image';

/** Runs a step for clips only. */
export const video: When = (_verdict, _evidence, { frame }) => frame.kind === 'video';
