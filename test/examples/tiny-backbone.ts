import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGraph, tensor } from '@streetvision/onnx';

const SIZE = 96;
const CELLS = 4;

/** A backbone that anyone can make: how far red stands above blue, at most and on average, in each cell of a 4 × 4 grid. */
export async function writeTinyBackbone(folder: string): Promise<void> {
  const g = createGraph();
  const x = g.input('pixel_values', 'float32', ['batch', 3, SIZE, SIZE]);
  const opponent = g.node('Conv', [x, g.constant('red_blue', tensor('float32', [1, 3, 1, 1], [1, 0, -1]))]);
  const cells = { kernel_shape: [SIZE / CELLS, SIZE / CELLS], strides: [SIZE / CELLS, SIZE / CELLS] };
  const maps = ['MaxPool', 'AveragePool'].map((pool) => g.node(pool, [opponent], cells));
  const flat = g.node('Flatten', [g.node('Concat', maps, { axis: 1 })], { axis: 1 });
  g.output('pooler_output', 'float32', ['batch', 2 * CELLS * CELLS], flat);
  const preprocessor = {
    image_processor_type: 'ViTImageProcessor',
    size: { width: SIZE, height: SIZE },
    resample: 2,
    rescale_factor: 1 / 255,
    do_normalize: false,
  };
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify({ streetvision: { id: 'red-grid' } }));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  await writeFile(join(folder, 'onnx', 'model.onnx'), g.encode());
}
