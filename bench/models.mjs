import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { files } from '@streetvision/backbone-starter';

/** The starter: a model folder as both sides read it. */
export function starter() {
  const settings = JSON.parse(readFileSync(join(files.backbone, 'preprocessor_config.json'), 'utf8'));
  return {
    name: 'starter',
    folder: files.backbone,
    parent: dirname(files.backbone),
    path: join(files.backbone, 'onnx', 'model.onnx'),
    input: 'pixel_values',
    output: 'pooler_output',
    spec: {
      width: settings.size.width,
      height: settings.size.height,
      resample: settings.resample === 3 ? 'bicubic' : 'bilinear',
      mean: settings.image_mean,
      std: settings.image_std,
    },
  };
}

/** ResNet-50 of the shared models; undefined without `SV_SHARED`. */
export function resnet() {
  const shared = process.env.SV_SHARED;
  if (!shared) return undefined;
  return {
    name: 'resnet-50',
    path: join(shared, 'models', 'resnet50_imagenet_int8w.onnx'),
    input: 'pixel_values',
    output: 'features',
    spec: {
      width: 224,
      height: 224,
      fit: 'crop',
      shortestEdge: 256,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    },
  };
}
