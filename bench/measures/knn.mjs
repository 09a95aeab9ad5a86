import { createRandom } from '@streetvision/core';
import { createRetriever } from '@streetvision/plugin-dinov3';
import { median, times } from '../rounds.mjs';

const ENTRIES = times(10_000);
const DIMENSION = 1024;
const K = 10;
const QUERIES = Math.max(20, times(200));

/** The k nearest labelled embeddings of one, and their vote: what `memory` adds to a frame. */
export async function knn() {
  const random = createRandom(1);
  const unit = () => {
    const row = Float32Array.from({ length: DIMENSION }, () => random.next() - 0.5);
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  };
  const embeddings = new Float32Array(ENTRIES * DIMENSION);
  for (let n = 0; n < ENTRIES; n++) embeddings.set(unit(), n * DIMENSION);
  const retriever = createRetriever(
    {
      backbone: { id: 'bench', sha256: '', feature: 'cls', l2: true, preprocessing: { width: 224, height: 224 } },
      classes: ['no', 'yes'],
      dimension: DIMENSION,
      embeddings,
      labels: Uint8Array.from({ length: ENTRIES }, (_, n) => n % 2),
      ids: [],
      built: {},
    },
    K,
  );
  const warm = Math.floor(QUERIES / 10);
  const spent = [];
  let used = process.cpuUsage();
  for (let round = 0; round < QUERIES; round++) {
    const query = unit();
    // The first queries are the compiler's.
    if (round === warm) used = process.cpuUsage();
    const before = performance.now();
    retriever.vote(query);
    spent.push(performance.now() - before);
  }
  const { user, system } = process.cpuUsage(used);
  const measured = spent.slice(warm);
  // Time of the processor, drawing the query included: what another load on the machine does not lengthen.
  const cpuMsPerQuery = (user + system) / 1000 / measured.length;
  return { knnMsPerQuery: median(measured), knnMsWorst: Math.max(...measured), knnCpuMsPerQuery: cpuMsPerQuery };
}
