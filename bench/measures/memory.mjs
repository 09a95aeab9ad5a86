import sharp from 'sharp';
import { embedding, runThrough } from '../cascade.mjs';
import { times } from '../rounds.mjs';

/** Slope of the resident memory over 10,000 pictures, after a warm-up; MB for 10,000 pictures. */
export async function memory({ model, pictures }) {
  // Small, so that ten thousand take a minute; what is kept for a frame is kept for each.
  const small = await Promise.all(pictures.map((bytes) => sharp(bytes).resize(320, 180).jpeg().toBuffer()));
  const runtime = await embedding(model);
  const total = times(10_000);
  const warm = times(2_000);
  const every = Math.max(1, Math.floor(total / 100));
  const points = [];
  function* inputs() {
    for (let i = 0; i < warm + total; i++) {
      if (i >= warm && (i - warm) % every === 0) points.push([i, process.memoryUsage.rss() / 2 ** 20]);
      yield { id: `${i}`, bytes: small[i % small.length] };
    }
  }
  await runThrough(runtime, inputs());
  await runtime.close();
  return { rssSlopeMbPer10k: slope(points) * 10_000, rssMb: points.at(-1)[1], memoryImages: total };
}

/** Theil–Sen: the median of the slopes between all pairs, which one collection more or less does not move. */
function slope(points) {
  const slopes = [];
  for (let i = 0; i < points.length; i++)
    for (let j = i + 1; j < points.length; j++)
      slopes.push((points[j][1] - points[i][1]) / (points[j][0] - points[i][0]));
  return slopes.length === 0 ? 0 : slopes.sort((a, b) => a - b)[slopes.length >> 1];
}
