import { files, starter } from '@streetvision/backbone-starter';
import { definePlugin, defineStage } from '@streetvision/core';
import { readHeadMetadata } from '@streetvision/plugin-dinov3';

/**
 * A second look: the starter on the middle of the picture, twice as large, where what is far away becomes big enough
 * to be found. A plugin may live in a file beside the config until it becomes a package.
 */
export const closer = () =>
  definePlugin({
    name: 'closer',
    api: '^1',
    stages: [
      defineStage({
        name: 'closer',
        maxBatch: 8,
        async load(ctx) {
          const { preprocessing } = await readHeadMetadata(files.head);
          // Asked for as models, so that a calibration knows which they were.
          const model = await ctx.model(`${starter.backbone}/onnx/model.onnx`);
          const small = await ctx.model(starter.head);
          const backbone = await ctx.open(model.path);
          const head = await ctx.open(small.path);
          const spec = { ...preprocessing, fit: 'crop', shortestEdge: 2 * preprocessing.height } as const;
          return { backbone, head, spec };
        },
        async run(frames, { backbone, head, spec }, ctx) {
          const pixels = await ctx.stack(frames, spec);
          const { pooler_output } = await backbone.run({ pixel_values: pixels });
          if (!pooler_output) throw new Error('The starter has no pooler_output.');
          const { probability } = await head.run({ embedding: pooler_output });
          return frames.map((_, i) => ({ score: Number(probability?.data[i]) }));
        },
        async unload({ backbone, head }) {
          await backbone.close();
          await head.close();
        },
      }),
    ],
  });
