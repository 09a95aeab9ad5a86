import { access, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Pixels. Wide enough for a cone at some distance, and a multiple of the network's stride of 32. */
const SIZE = { width: 640, height: 352 } as const;

/**
 * Makes a model folder of a bare ResNet-50 file, as any graph with outputs of its own names becomes one: the network as
 * it is, its preprocessing, and which output is the embedding.
 * @param graph ONNX file: `pixel_values` [batch, 3, height, width] → `features` [batch, 2048]
 */
export async function writeResnetFolder(folder: string, graph: string): Promise<void> {
  await access(graph);
  const config = {
    model_type: 'resnet',
    streetvision: { id: 'resnet50-imagenet', outputs: { pooler: 'features' }, cls: false },
  };
  const preprocessor = {
    image_processor_type: 'ViTImageProcessor',
    size: SIZE,
    resample: 2,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  };
  const link = join(folder, 'onnx', 'model.onnx');
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config, null, 2));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor, null, 2));
  await rm(link, { force: true });
  await symlink(resolve(graph), link);
}
