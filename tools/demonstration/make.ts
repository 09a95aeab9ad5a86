import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { round } from '../starter/card/round.js';
import { readSamples } from '../starter/data/samples.js';
import { demonstrate } from './demonstrate.js';
import { byClip, differences, overview } from './table.js';
import { variants } from './variants.js';

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    resnet: { type: 'string' },
    source: { type: 'string', default: 'roadwork_clips' },
    cache: { type: 'string' },
    json: { type: 'string' },
  },
});
const { images, resnet, source, cache, json } = values;
if (!images || !resnet) {
  throw new Error(
    'Usage: make.ts --images <folder with labels.csv> --resnet <ONNX file> [--source <name>] [--cache <folder>] [--json <file>]',
  );
}
const samples = (await readSamples(images)).filter((sample) => sample.source === source);
const summaries = await demonstrate({
  images,
  samples,
  resnet,
  variants: variants(),
  cache,
  onClip: (clip) => console.error(`${clip} done`),
});
if (json) await writeFile(json, `${JSON.stringify(round(summaries), null, 2)}\n`);
console.log(`${overview(summaries, 'both, always')}\n`);
console.log(`${differences(summaries, ['starter alone', 'ResNet-50 alone', 'both, always'])}\n`);
const named = (name: string) => summaries.find((summary) => summary.name === name);
const [cascade, both] = [named('cascade (0.2, 0.8)'), named('both, always')];
if (cascade && both) console.log(byClip(cascade, both));
