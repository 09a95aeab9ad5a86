import { silent } from '../../observe/log.js';
import { type LoadedStage, loadStages } from '../../runtime/load.js';
import { createResources } from '../../runtime/resources.js';
import type { Frame, Stage, StageContext, StageOutput } from '../../types/index.js';
import { stageContext } from '../context.js';
import { testFrame } from '../frame.js';
import { testPicture } from '../picture.js';
import { type Check, once, violation, within } from './check.js';
import { checkOutputs } from './output.js';
import { differences } from './same.js';
import { clipOf, type Subject } from './subject.js';

/** Checks of one stage, in an order: the last one unloads it. */
export function stageChecks(subject: Subject, stage: Stage): Check[] {
  const { load, deterministic, tolerance, timeoutMs, options } = subject;
  const opened = once(() => open(subject, stage));
  const maxBatch = stage.maxBatch ?? 1;
  const kinds = stage.accepts ?? ['image'];
  const samples = () => subject.samples(kinds.includes('image') ? 'image' : 'video');

  const run = async (
    frames: readonly Frame[],
    changes: Partial<StageContext> = {},
  ): Promise<readonly StageOutput[]> => {
    const { loaded } = await opened();
    const context = stageContext({ task: options.task, evidence: frames.map(() => []), ...changes });
    const fix = 'Bound what it waits for, and end when `ctx.signal` is aborted.';
    const outputs = await within(timeoutMs, Promise.resolve(stage.run(frames, loaded.state, context)), '`run`', fix);
    checkOutputs(outputs, frames, options.task);
    return outputs;
  };
  const alone = once(async () => {
    const outputs: StageOutput[] = [];
    for (const frame of await samples()) outputs.push(...(await run([frame])));
    return outputs;
  });
  const compare = async (frames: readonly Frame[], outputs: readonly StageOutput[], how: string, fix: string) => {
    const all = await samples();
    const expected = await alone();
    for (const [index, frame] of frames.entries()) {
      const seen = differences(expected[all.indexOf(frame)] as StageOutput, outputs[index] as StageOutput, tolerance);
      if (seen) throw violation(`\`${frame.id}\` got another answer ${how}: ${seen}.`, fix);
    }
  };

  const checks: Check[] = [
    {
      title: 'loads',
      async run() {
        await opened();
      },
    },
    {
      title: 'answers each frame with scores in [0, 1]',
      async run() {
        await alone();
      },
    },
    {
      title: 'answers a batch in order, as it answers each frame alone',
      ...(maxBatch > 1 ? {} : { skip: 'its `maxBatch` is 1' }),
      async run() {
        const all = await samples();
        const batch = Array.from(
          { length: Math.min(maxBatch, 2 * all.length - 1) },
          (_, index) => all[index % all.length] as Frame,
        );
        const fix = 'Return outputs in the order of the frames, and let none of them depend on its neighbours.';
        await compare(batch, await run(batch), `in a batch of ${batch.length}`, fix);
        const turned = [...batch].reverse();
        await compare(turned, await run(turned), 'in the reverse order', fix);
      },
    },
    {
      title: 'gives the same frame the same answer',
      ...(deterministic ? {} : { skip: '`deterministic` is false' }),
      async run() {
        const all = await samples();
        for (const frame of all) {
          const fix = 'Make it repeatable, or declare `deterministic: false` to this suite.';
          await compare([frame], await run([frame]), 'the second time', fix);
        }
      },
    },
    {
      title: 'answers batches side by side as one by one',
      ...(deterministic ? {} : { skip: '`deterministic` is false' }),
      async run() {
        const { loaded } = await opened();
        if (loaded.parallel < 2) return;
        const all = await samples();
        const outputs = await Promise.all(all.slice(0, loaded.parallel).map((frame) => run([frame])));
        const fix = '`parallel` allows several runs at once: keep nothing of one run where another sees it.';
        for (const [index, output] of outputs.entries())
          await compare([all[index] as Frame], output, 'beside others', fix);
      },
    },
    {
      title: 'leaves the frames as they were',
      async run() {
        // A picture that no run has seen: what was changed before would not show.
        const bytes = await testPicture({ seed: 9, width: 160, height: 120 });
        const image = await testFrame({ id: 'untouched', bytes: Uint8Array.from(bytes) });
        await run([kinds.includes('image') ? image : clipOf(image)]);
        if (Buffer.compare(image.bytes, bytes) !== 0) {
          throw violation('`run` changed the bytes of its frame.', 'Frames are shared by all stages: work on a copy.');
        }
      },
    },
    {
      title: 'outlives a picture that cannot be read',
      ...(kinds.includes('image') ? {} : { skip: 'it takes clips only' }),
      async run() {
        const broken = await testFrame({
          id: 'broken.jpg',
          bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]),
        });
        await settles(run([broken]));
        await run([(await samples())[0] as Frame]);
      },
    },
    {
      title: 'ends when it is aborted, and goes on',
      async run() {
        const frames = (await samples()).slice(0, 1);
        await settles(run(frames, { signal: AbortSignal.abort(new Error('aborted before')) }));
        const during = new AbortController();
        const running = settles(run(frames, { signal: during.signal }));
        during.abort(new Error('aborted during'));
        await running;
        await run(frames);
      },
    },
    {
      title: 'unloads, and loads again',
      async run() {
        const { close } = await opened();
        await close();
        const again = await open(subject, stage);
        await again.close();
      },
    },
  ];
  return load ? checks : checks.map((check) => ({ ...check, skip: check.skip ?? '`load` is false' }));
}

/** Waits for a run that may fail, as long as it is neither late nor wrong. */
async function settles(running: Promise<unknown>): Promise<void> {
  try {
    await running;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SV_PLUGIN_CONFORMANCE') throw error;
  }
}

interface Opened {
  readonly loaded: LoadedStage;
  close(): Promise<void>;
}

/** Loads a stage as the runtime does. */
async function open({ plugin, options, timeoutMs }: Subject, stage: Stage): Promise<Opened> {
  const { task, engine, cache, offline, plugins = [] } = options;
  const models = { ...(cache === undefined ? {} : { cache }), ...(offline === undefined ? {} : { offline }) };
  const config = { task, engine: engine ?? {}, models, dir: process.cwd() };
  const resources = createResources(config, [plugin, ...plugins], silent);
  try {
    const [loaded] = await loadStages([{ stage, plugin: plugin.name }], resources.load, new AbortController().signal);
    return {
      loaded: loaded as LoadedStage,
      async close() {
        const unloading = Promise.resolve(stage.unload?.((loaded as LoadedStage).state));
        await within(timeoutMs, unloading, '`unload`', 'Close what `load` opened, and wait for nothing else.');
        await resources.close();
      },
    };
  } catch (error) {
    await resources.close();
    throw error;
  }
}
