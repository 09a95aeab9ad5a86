import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFrame } from '@streetvision/core';
import { type Matrix, matrix } from '../data/matrix.js';
import type { Sample } from '../data/samples.js';

/** The baseline to beat: log(1 + orange pixels) in the lower three quarters of each picture, at its own size. */
export async function orangePixels(folder: string, samples: readonly Sample[]): Promise<Matrix> {
  const rows: number[][] = [];
  for (const { file } of samples) {
    const frame = createFrame({ id: file, bytes: await readFile(join(folder, file)) });
    const { width, height, data } = await frame.pixels();
    let count = 0;
    for (let i = width * Math.floor(height / 4) * 3; i < data.length; i += 3) {
      const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
      if (r > 120 && r - g > 35 && r - b > 60 && g > b) count++;
    }
    rows.push([Math.log1p(count)]);
  }
  return matrix(rows);
}
