import { createFrame, createRuntime, definePlugin, defineStage, silent, window } from '@streetvision/core';
import { median, times } from '../rounds.mjs';

/** CPU time that the framework itself takes for a frame: six hooks × five plugins, 3 steps, 4 stages without a model. */
export async function overhead() {
  const stage = (name, score) => defineStage({ name, parallel: 4, run: (frames) => frames.map(() => ({ score })) });
  const hooks = {
    preprocess: (frame) => frame,
    stage: () => undefined,
    fuse: (verdict) => verdict,
    exit: () => undefined,
    postprocess: (result) => result,
    onResult: () => {},
  };
  const stages = [stage('a', 0.6), stage('b', 0.5), stage('c', 0.5), stage('d', 0.4)];
  const plugins = [0, 1, 2, 3, 4].map((i) =>
    definePlugin({ name: `p${i}`, api: '^1', hooks, ...(i === 0 ? { stages } : {}) }),
  );
  const exit = window(0.1, 0.9);
  const cascade = [{ run: 'a', exit }, { run: ['b', 'c'], exit }, { run: 'd' }];
  const runtime = await createRuntime({ plugins, cascade }, { log: silent });
  const frame = createFrame({ id: 'x', bytes: new Uint8Array(10) });
  const count = times(10_000);
  const rounds = [];
  for (let round = 0; round < 9; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await runtime.run(frame);
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / count);
  }
  await runtime.close();
  // The first two rounds are the compiler's.
  return { overheadUsPerFrame: median(rounds.slice(2)) };
}
