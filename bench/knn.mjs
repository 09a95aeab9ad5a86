import { parseArgs } from 'node:util';
import { createRandom } from '@streetvision/core';
import { createRetriever } from '@streetvision/plugin-dinov3';
import { median } from './rounds.mjs';

// node bench/knn.mjs --entries 10000 --dimension 1024
// The k nearest labelled embeddings of one, and their vote: what `memory` adds to a frame. Prints JSON.
const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000' },
    dimension: { type: 'string', default: '1024' },
    k: { type: 'string', default: '10' },
    queries: { type: 'string', default: '200' },
  },
});
const [entries, dimension, k, queries] = [values.entries, values.dimension, values.k, values.queries].map(Number);

const random = createRandom(1);
const unit = () => {
  const row = Float32Array.from({ length: dimension }, () => random.next() - 0.5);
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
};
const embeddings = new Float32Array(entries * dimension);
for (let n = 0; n < entries; n++) embeddings.set(unit(), n * dimension);
const retriever = createRetriever(
  {
    backbone: { id: 'bench', sha256: '', feature: 'cls', l2: true, preprocessing: { width: 224, height: 224 } },
    classes: ['no', 'yes'],
    dimension,
    embeddings,
    labels: Uint8Array.from({ length: entries }, (_, n) => n % 2),
    ids: [],
    built: {},
  },
  k,
);
const warm = Math.floor(queries / 10);
const times = [];
let used = process.cpuUsage();
for (let round = 0; round < queries; round++) {
  const query = unit();
  // The first queries are the compiler's.
  if (round === warm) used = process.cpuUsage();
  const before = performance.now();
  retriever.vote(query);
  times.push(performance.now() - before);
}
const { user, system } = process.cpuUsage(used);
const measured = times.slice(warm);
// Time of the processor, drawing the query included: what another load on the machine does not lengthen.
const cpuMsPerQuery = (user + system) / 1000 / measured.length;
const worst = Math.max(...measured);
process.stdout.write(
  `${JSON.stringify({ entries, dimension, k, msPerQuery: median(measured), msWorst: worst, cpuMsPerQuery })}\n`,
);
