import { monitorEventLoopDelay } from 'node:perf_hooks';
import { embedding, runThrough } from '../cascade.mjs';
import { times } from '../rounds.mjs';

/** How late timers are while the engine is saturated with pictures. */
export async function eventLoop({ model, pictures }) {
  const runtime = await embedding(model);
  const inputs = (count) =>
    Array.from({ length: count }, (_, i) => ({ id: `${i}`, bytes: pictures[i % pictures.length] }));
  await runThrough(runtime, inputs(times(32)));
  const resolution = 1;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  await runThrough(runtime, inputs(times(400)));
  delay.disable();
  await runtime.close();
  // The histogram holds the whole interval between two ticks; what lies beyond the resolution is the delay.
  return { eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolution) };
}
