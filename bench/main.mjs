import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { augment } from './measures/augment.mjs';
import { bareRun } from './measures/bare-run.mjs';
import { endToEnd } from './measures/end-to-end.mjs';
import { eventLoop } from './measures/event-loop.mjs';
import { knn } from './measures/knn.mjs';
import { memory } from './measures/memory.mjs';
import { overhead } from './measures/overhead.mjs';
import { parquet } from './measures/parquet.mjs';
import { preprocess } from './measures/preprocess.mjs';
import { replay } from './measures/replay.mjs';
import { train } from './measures/train.mjs';
import { resnet, starter } from './models.mjs';
import { pictures } from './pictures.mjs';
import { table } from './table.mjs';

// npm run bench -- --json FILE --only overhead
const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });

const shown = { pictures: await pictures(), model: starter() };
const heavy = { ...shown, model: resnet() ?? shown.model };
const measures = {
  overhead: () => overhead(),
  'event-loop': () => eventLoop(heavy),
  preprocess: () => preprocess(shown),
  'end-to-end': () => endToEnd(shown),
  'bare-run': () => bareRun(heavy),
  memory: () => memory(shown),
  train,
  knn,
  replay,
  parquet,
  augment,
};
const result = { node: process.version, cores: availableParallelism(), photos: process.env.SV_SHARED !== undefined };
for (const [name, measure] of Object.entries(measures)) {
  if (values.only && values.only !== name) continue;
  process.stderr.write(`${name} …\n`);
  Object.assign(result, await measure());
}
process.stdout.write(`${table(result)}\n`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
