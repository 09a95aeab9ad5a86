import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, tensor } from '@streetvision/onnx';
import sharp from 'sharp';

/** A folder of its own for each test file. */
export async function makeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sv-dinov3-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export const PREPROCESSOR = {
  image_processor_type: 'ViTImageProcessor',
  size: { height: 8, width: 8 },
  resample: 2,
  rescale_factor: 1 / 255,
  do_normalize: false,
};

/** Backbone whose embedding is the mean red, green and blue of the picture, times `gain`. */
export function meanColour(gain = 1, batch: number | 'batch' = 'batch', output = 'pooler_output') {
  const g = createGraph();
  const x = g.input('pixel_values', 'float32', [batch, 3, 8, 8]);
  const mean = g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 });
  const scaled = g.node('Mul', [mean, g.constant('gain', tensor('float32', [1], [gain]))]);
  g.output(output, 'float32', [batch, 3], scaled);
  return g;
}

export interface FolderParts {
  readonly graph?: Uint8Array;
  readonly config?: object;
  readonly preprocessor?: object;
}

/** Writes what Hugging Face calls a model folder. */
export async function writeModelFolder(path: string, parts: FolderParts = {}): Promise<void> {
  await mkdir(join(path, 'onnx'), { recursive: true });
  await writeFile(join(path, 'config.json'), JSON.stringify(parts.config ?? {}));
  await writeFile(join(path, 'preprocessor_config.json'), JSON.stringify(parts.preprocessor ?? PREPROCESSOR));
  await writeFile(join(path, 'onnx', 'model.onnx'), parts.graph ?? meanColour().encode());
}

/** One colour, as PNG. */
export function picture(r: number, g: number, b: number, size = 16): Promise<Buffer> {
  return sharp({ create: { width: size, height: size, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}
