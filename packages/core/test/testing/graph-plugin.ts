import { definePlugin, defineStage } from '../../src/define.js';

/** The mean colour, weighed by a graph in a real engine. @param path of a graph y = x · (1, 2, 3) */
export const weighed = (path: string) =>
  definePlugin({
    name: 'sv-plugin-weighed',
    api: '^1',
    stages: [
      defineStage({
        name: 'weighed',
        maxBatch: 8,
        load: (ctx) => ctx.open(path, { workers: 2, threads: 1 }),
        // After `load`: types flow from there downwards.
        parallel: (session) => session.parallel,
        async run(frames, session, ctx) {
          const { type, data } = await ctx.stack(frames, { width: 1, height: 1 });
          const { y } = await session.run({ x: { type, data, dims: [frames.length, 3] } }, { signal: ctx.signal });
          return Array.from(y?.data as Float32Array, (value) => ({ score: value / 6 }));
        },
        unload: (session) => session.close(),
      }),
    ],
  });
