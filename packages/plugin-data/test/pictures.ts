import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createRandom,
  type DataContext,
  type DataProblem,
  type Dataset,
  type Sample,
  silent,
  type Task,
} from '@streetvision/core';
import sharp from 'sharp';

export const task: Task = { name: 'roadwork', classes: ['none', 'roadwork'], positive: 'roadwork' };

/** An empty folder of its own. */
export const tempFolder = () => mkdtemp(join(tmpdir(), 'sv-data-'));

/** A small picture with a gradient that differs from seed to seed. */
export async function picture(
  seed = 0,
  { width = 16, height = 12, format = 'png' as 'png' | 'jpeg' } = {},
): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (i * (seed + 1) * 7 + seed * 31 + ((i * i) % (seed + 13)) * 11) & 255;
  return sharp(data, { raw: { width, height, channels: 3 } })
    [format]()
    .toBuffer();
}

/** A picture of a few large rectangles, as a scene is one of a few large things. */
export async function scene(seed: number): Promise<Buffer> {
  const random = createRandom(seed);
  const shapes = Array.from({ length: 12 }, () => {
    const [x, y, w, h] = [random.below(300), random.below(200), 30 + random.below(120), 30 + random.below(90)];
    return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="rgb(${random.below(256)},${random.below(256)},${random.below(256)})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="#888"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Writes files, texts or pictures, relative to a folder. */
export async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

export interface TestContext extends DataContext {
  readonly problems: DataProblem[];
}

/** A context that keeps what it is told. */
export function context(dir: string, changes: Partial<DataContext> = {}): TestContext {
  const problems: DataProblem[] = [];
  return {
    dir,
    task,
    log: silent,
    signal: new AbortController().signal,
    problem: (problem) => problems.push(problem),
    problems,
    ...changes,
  };
}

export async function all(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset.samples()) samples.push(sample);
  return samples;
}

/** What a sample says, without how it is read. */
export const said = ({ read: _, file: __, ...rest }: Sample) => rest;
