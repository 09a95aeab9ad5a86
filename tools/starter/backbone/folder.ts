import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackboneDesign, buildBackbone, DESIGN, dimensionNames } from './graph.js';

/** Name of the backbone in head metadata and messages. */
export const STARTER_ID = 'streetvision/starter';

/** Writes the backbone as an ordinary model folder: config.json, preprocessor_config.json, onnx/model.onnx. */
export async function writeBackboneFolder(folder: string, design: BackboneDesign = DESIGN): Promise<void> {
  const config = {
    model_type: 'streetvision_starter',
    architectures: ['FixedColourBlobs'],
    hidden_size: dimensionNames(design).length,
    streetvision: { id: STARTER_ID, dimensions: dimensionNames(design) },
  };
  const preprocessor = {
    image_processor_type: 'ViTImageProcessor',
    do_resize: true,
    size: { height: design.height, width: design.width },
    resample: 2,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0, 0, 0],
    image_std: [1, 1, 1],
  };
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'config.json'), json(config));
  await writeFile(join(folder, 'preprocessor_config.json'), json(preprocessor));
  await writeFile(join(folder, 'onnx', 'model.onnx'), buildBackbone(design));
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
