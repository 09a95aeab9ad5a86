import { fileURLToPath } from 'node:url';
import { starter } from '@streetvision/backbone-starter';
import { createRuntime, definePlugin, defineStage, type Runtime, silent, type UserConfig } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import { onTestFinished } from 'vitest';

export const STARTER_FOLDER = fileURLToPath(new URL('../../packages/backbone-starter', import.meta.url));

export const FAULTS = {
  throws: 'SV_STAGE_FAILED',
  hangs: 'SV_STAGE_TIMEOUT',
  NaN: 'SV_STAGE_OUTPUT',
  'out of range': 'SV_STAGE_OUTPUT',
  null: 'SV_STAGE_OUTPUT',
  'too few': 'SV_STAGE_OUTPUT',
  'too many': 'SV_STAGE_OUTPUT',
  nothing: 'SV_STAGE_OUTPUT',
} as const;

export type Fault = keyof typeof FAULTS;

/** A stage that does to a frame what its name says, and answers 0.9 where that is no fault. */
const faulty = defineStage({
  name: 'faulty',
  maxBatch: 4,
  // biome-ignore lint/suspicious/noExplicitAny: what it returns is wrong on purpose
  async run(frames): Promise<any> {
    const has = (fault: Fault) => frames.some(({ id }) => id === fault);
    if (has('throws')) throw new Error('out of memory');
    if (has('hangs')) return new Promise<never>(() => undefined);
    if (has('nothing')) return undefined;
    const outputs = frames.map(({ id }) => {
      if (id === 'null') return null;
      return { score: id === 'NaN' ? Number.NaN : id === 'out of range' ? 1.01 : 0.9 };
    });
    if (has('too few')) return outputs.slice(1);
    return has('too many') ? [...outputs, { score: 0.5 }] : outputs;
  },
});

export const faultyPlugin = definePlugin({ name: 'faulty-plugin', api: '^1', stages: [faulty] });

/** A cascade over the faulty stage and the starter, which is a real model in its worker threads. */
export async function openCascade(config: Partial<UserConfig> & Pick<UserConfig, 'cascade'>): Promise<Runtime> {
  const { plugins = [], ...rest } = config;
  const sv = await createRuntime(
    { task: roadwork(), ...rest, plugins: [faultyPlugin, dinov3({ ...starter, maxBatch: 4 }), ...plugins] },
    { cwd: STARTER_FOLDER, log: silent },
  );
  onTestFinished(() => sv.close());
  return sv;
}

/** An input whose name says what shall happen. */
export async function input(id: string, seed = 1): Promise<{ id: string; bytes: Uint8Array }> {
  return { id, bytes: await testPicture({ seed }) };
}

/** The code that a run ends with, or the stage that answered. */
export const ending = (run: Promise<{ exit: { after: string } }>): Promise<string> =>
  run.then(
    ({ exit }) => exit.after,
    (error: { code?: string }) => error.code ?? String(error),
  );
