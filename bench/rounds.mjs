/** Shrinks every count, for a run that only proves that the benchmark works. */
const SCALE = Number(process.env.SV_BENCH_SCALE ?? 1);

/** How often something is repeated. */
export const times = (n) => Math.max(1, Math.round(n * SCALE));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Wall-clock milliseconds. */
export async function clock(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Two contenders in turn, so that whatever else the machine does hits both; the median over the rounds of
 * peer / ours. More than 1: ours is faster.
 */
export async function ratio(ours, peer, rounds) {
  await ours();
  await peer();
  const ratios = [];
  const spent = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [peer, ours] : [ours, peer];
    const first = await clock(order[0]);
    const second = await clock(order[1]);
    const [a, b] = round % 2 ? [second, first] : [first, second];
    spent.ours.push(a);
    spent.peer.push(b);
    ratios.push(b / a);
  }
  return { ratio: median(ratios), oursMs: median(spent.ours), peerMs: median(spent.peer) };
}
