import { createRuntime, definePlugin, defineStage, silent } from '@streetvision/core';

/** A cascade of one stage that turns pictures into feature vectors. */
export function embedding(model, engine, budget) {
  const stage = defineStage({
    name: 'embed',
    parallel: (session) => session.parallel,
    load: (ctx) => ctx.open(model.path, engine),
    async run(frames, session, ctx) {
      const feeds = { [model.input]: await ctx.stack(frames, model.spec) };
      const outputs = await session.run(feeds, { signal: ctx.signal, outputs: [model.output] });
      const { data, dims } = outputs[model.output];
      const width = dims[1];
      return frames.map((_, i) => ({ score: 0.5, embedding: data.slice(i * width, (i + 1) * width) }));
    },
  });
  const plugins = [definePlugin({ name: 'bench', api: '^1', stages: [stage] })];
  return createRuntime({ plugins, cascade: [{ run: 'embed' }], ...(budget ? { budget } : {}) }, { log: silent });
}

/** Runs all of them, with one signal for the whole run as `sv run` has; a failure of one ends the benchmark. */
export async function runThrough(runtime, inputs) {
  const { signal } = new AbortController();
  for await (const { error } of runtime.runAll(inputs, { signal })) if (error) throw error;
}
