import type { Stack } from '@streetvision/core';
import { writeJson } from '../files/write-file.js';

/** Writes a `stack.json`, whole or not at all. Throws `SV_OUTPUT_WRITE`. */
export const writeStack = (path: string, stack: Stack): Promise<void> => writeJson(path, stack);
