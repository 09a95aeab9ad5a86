import {
  createProject,
  type Dataset,
  definePlugin,
  defineStage,
  type Frame,
  type Project,
  type Sample,
  type StageOutput,
  type Step,
  silent,
  type UserConfig,
} from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';

/** What a stage says of a frame, by what the sample's metadata hold under the stage's name. */
export interface SceneStage {
  readonly name: string;
  readonly say?: (frame: Frame) => StageOutput;
  readonly identity?: string;
}

export interface SceneOptions {
  readonly stages?: readonly SceneStage[];
  readonly cascade: readonly Step[];
  readonly config?: Partial<UserConfig>;
  readonly cache: string;
}

/** A project whose stages say what the samples' metadata tell them; `asked` counts. */
export async function scene({ stages, cascade, config, cache }: SceneOptions) {
  const asked: string[] = [];
  const named = stages ?? [...new Set(cascade.flatMap(({ run }) => run))].map((name) => ({ name }));
  const made = named.map(({ name, say, identity = '' }: SceneStage) =>
    defineStage({
      name,
      run: async (frames) => {
        for (const frame of frames) {
          asked.push(`${name}:${frame.id}`);
          await frame.info();
        }
        return frames.map((frame) => say?.(frame) ?? { score: frame.meta[name] as number });
      },
      identity: () => identity,
    }),
  );
  const project: Project = await createProject(
    {
      task: { name: 'cones', classes: ['clear', 'cone'], positive: 'cone' },
      plugins: [definePlugin({ name: 'scene', api: '^1', stages: made }), ...(config?.plugins ?? [])],
      cascade,
      models: { cache },
      ...Object.fromEntries(Object.entries(config ?? {}).filter(([key]) => key !== 'plugins')),
    } as UserConfig,
    { log: silent },
  );
  return { project, asked };
}

export type SampleInput = Partial<Sample> & { readonly id: string; readonly seed?: number };

/** Pictures drawn from seeds; what `meta` holds is what the stages say. */
export function datasetOf(samples: readonly SampleInput[], name = 'drawn'): Dataset {
  return {
    name,
    count: samples.length,
    async *samples() {
      for (const [i, { seed = i, ...one }] of samples.entries()) {
        yield {
          label: 'cone',
          group: one.id,
          source: 'drawn',
          meta: {},
          read: () => testPicture({ seed: seed + 1, width: 32, height: 24, shapes: 1 }),
          ...one,
        };
      }
    },
  };
}
