import { describe, expectTypeOf, it } from 'vitest';
import {
  defineConfig,
  definePlugin,
  defineStage,
  type OutputOf,
  type StageOutput,
  type StagesOf,
  window,
} from '../src/index.js';

interface Embedded extends StageOutput {
  readonly embedding: Float32Array;
}

const backbone = (_options: { model: string }) =>
  definePlugin({
    name: 'backbone',
    api: '^1',
    stages: [
      defineStage({
        name: 'dinov3',
        load: async (ctx) => ({ session: await ctx.open('model.onnx') }),
        run: async (frames, state, ctx): Promise<readonly Embedded[]> => {
          expectTypeOf(state.session.parallel).toEqualTypeOf<number>();
          const input = await ctx.stack(frames, { width: 224, height: 224 });
          await state.session.run({ input });
          return frames.map(() => ({ score: 1, embedding: new Float32Array(1) }));
        },
        unload: ({ session }) => session.close(),
      }),
    ],
  });
const detectors = () =>
  definePlugin({
    name: 'detectors',
    api: '^1',
    stages: [
      defineStage({ name: 'rf-detr', run: (frames) => frames.map(() => ({ score: 0 })) }),
      defineStage({ name: 'yolo', run: (frames) => frames.map(() => ({ score: 0 })) }),
    ],
  });

describe('defineConfig', () => {
  it('takes the stages of its plugins, also conditional ones', () => {
    const config = defineConfig({
      plugins: [backbone({ model: 'm' }), process.env.MINE && detectors(), false],
      cascade: [
        { run: 'dinov3', exit: window(0.1, 0.9) },
        { run: ['rf-detr', 'yolo'], onError: { use: 'dinov3' } },
      ],
    });
    type Stages = StagesOf<typeof config.plugins>;
    expectTypeOf<Stages['name']>().toEqualTypeOf<'dinov3' | 'rf-detr' | 'yolo'>();
    expectTypeOf<OutputOf<Stages, 'dinov3'>>().toEqualTypeOf<Embedded>();
  });
  it('refuses a stage that no plugin brings', () => {
    // @ts-expect-error `dinov33` is not a stage
    defineConfig({ plugins: [backbone({ model: 'm' })], cascade: [{ run: 'dinov33' }] });
    // @ts-expect-error one of two is misspelt
    defineConfig({ plugins: [detectors()], cascade: [{ run: ['rf-detr', 'yollo'] }] });
    // @ts-expect-error the stand-in does not exist
    defineConfig({ plugins: [detectors()], cascade: [{ run: 'yolo', onError: { use: 'glm' } }] });
  });
  it('takes any name where a plugin is given by name: only load time knows its stages', () => {
    defineConfig({ plugins: ['sv-plugin-x'], cascade: [{ run: 'whatever' }] });
    defineConfig({ plugins: [['./plugin.ts', { option: 1 }]], cascade: [{ run: 'whatever' }] });
  });
  it('refuses wrong options', () => {
    // @ts-expect-error the factory wants a model
    backbone({});
    // @ts-expect-error no such meaning of an error
    defineConfig({ plugins: [detectors()], cascade: [{ run: 'yolo', onError: 'ignore' }] });
    // @ts-expect-error milliseconds are a number
    defineConfig({ plugins: [detectors()], cascade: [{ run: 'yolo' }], budget: { ms: '10' } });
    // @ts-expect-error no such provider
    defineConfig({ plugins: [detectors()], cascade: [{ run: 'yolo' }], engine: { providers: ['gpu'] } });
  });
});

describe('definePlugin', () => {
  it('refuses wrong hook results and unknown hooks', () => {
    definePlugin({
      name: 'p',
      api: '^1',
      hooks: {
        preprocess: (frame) => frame.with({ id: `${frame.id}'` }),
        exit: { order: 'pre', handler: ({ score }) => (score > 0.99 ? { reason: 'certain' } : undefined) },
        onResult: (result, { log }) => log.info(result.label),
      },
    });
    // @ts-expect-error a frame is wanted
    definePlugin({ name: 'p', api: '^1', hooks: { preprocess: () => 'frame' } });
    // @ts-expect-error an exit names its reason
    definePlugin({ name: 'p', api: '^1', hooks: { exit: () => ({ score: 1 }) } });
    // @ts-expect-error null says nothing in JavaScript, here it is a mistake
    definePlugin({ name: 'p', api: '^1', hooks: { fuse: () => null } });
    // @ts-expect-error no such hook
    definePlugin({ name: 'p', api: '^1', hooks: { onResults: () => undefined } });
    // @ts-expect-error no such order
    definePlugin({ name: 'p', api: '^1', hooks: { exit: { order: 'first', handler: () => undefined } } });
  });
  it('refuses a plugin without a name or an API range', () => {
    // @ts-expect-error no name
    definePlugin({ api: '^1' });
    // @ts-expect-error no range
    definePlugin({ name: 'p' });
  });
});

describe('defineStage', () => {
  it('refuses outputs without a score, and what is not one per frame', () => {
    // @ts-expect-error no score
    defineStage({ name: 's', run: (frames) => frames.map(() => ({ boxes: [] })) });
    // @ts-expect-error not a list
    defineStage({ name: 's', run: () => ({ score: 1 }) });
  });
  it('carries the state from load to run', () => {
    defineStage({
      name: 's',
      load: () => ({ count: 1 }),
      run: (frames, state) => {
        expectTypeOf(state).toEqualTypeOf<{ count: number }>();
        return frames.map(() => ({ score: 1 }));
      },
    });
  });
});
