import { readFile } from 'node:fs/promises';
import { createFrame } from '@streetvision/core';

/** Width and height of a picture in pixels, upright. Throws `SV_IMAGE_*`. */
export async function sizeOf(file: string): Promise<{ readonly width: number; readonly height: number }> {
  return createFrame({ id: file, bytes: await readFile(file) }).info();
}
