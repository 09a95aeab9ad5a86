import { parseArgs } from 'node:util';
import { FEATURES, type Feature } from '@streetvision/plugin-dinov3';
import { trainHeadFile } from './head/train-file.js';

const { values } = parseArgs({
  options: {
    backbone: { type: 'string' },
    feature: { type: 'string', default: 'pooler' },
    images: { type: 'string' },
    source: { type: 'string' },
    out: { type: 'string', default: 'head.onnx' },
    cache: { type: 'string' },
  },
});
const { backbone, feature, images } = values;
if (!backbone || !images || !FEATURES.includes(feature as Feature)) {
  throw new Error(
    'Usage: train-head.ts --backbone <folder> --images <folder with labels.csv> [--feature pooler] [--source <name>] [--out head.onnx] [--cache <folder>]',
  );
}
console.log(JSON.stringify(await trainHeadFile({ ...values, backbone, images, feature: feature as Feature }), null, 2));
