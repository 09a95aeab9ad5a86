import { definePlugin, defineStage } from '../../src/define.js';

/** Mean brightness as a score: small, real and well-behaved. */
export const brightness = () =>
  definePlugin({
    name: 'sv-plugin-brightness',
    api: '^1',
    stages: [
      defineStage({
        name: 'brightness',
        maxBatch: 4,
        parallel: 2,
        load: async ({ cacheDir }) => ({ folder: await cacheDir('brightness') }),
        async run(frames, _state, ctx) {
          const { data } = await ctx.stack(frames, { width: 16, height: 16 });
          const each = data.length / frames.length;
          return frames.map((_, i) => {
            let sum = 0;
            for (let at = i * each; at < (i + 1) * each; at++) sum += Number(data[at]);
            return { score: sum / each };
          });
        },
      }),
    ],
    hooks: { exit: () => undefined, onResult() {} },
    doctor: () => [{ level: 'problem', message: 'no cache', fix: 'mkdir cache' }],
  });

export const packageJson = {
  name: 'sv-plugin-brightness',
  type: 'module',
  keywords: ['sv-plugin'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  peerDependencies: { '@streetvision/core': '>=0.1.0' },
};
