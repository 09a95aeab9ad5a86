import { parseArgs } from 'node:util';
import { makeStarter } from './make-starter.js';

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    out: { type: 'string', default: 'packages/backbone-starter' },
    reference: { type: 'string' },
    cache: { type: 'string' },
  },
});
const { images } = values;
if (!images) {
  throw new Error(
    'Usage: make.ts --images <folder with labels.csv> [--out <folder>] [--reference <model folder>] [--cache <folder>]',
  );
}
const { heldOut } = await makeStarter({ ...values, images });
console.log(`held-out AUROC ${heldOut.auroc.value}, balanced accuracy ${heldOut.balancedAccuracy.value}`);
