import {
  createProject,
  type DataFormat,
  defineStage,
  type Frame,
  type FrozenBackbone,
  type Plugin,
  type Project,
  type Sample,
  type UserConfig,
} from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';

/** A sample of a list, its picture drawn or given. */
export interface Listed extends Partial<Omit<Sample, 'read'>> {
  readonly id: string;
  readonly bytes?: Uint8Array | (() => Promise<Uint8Array>);
}

export interface Embedder {
  /** Pictures that went through the backbone, in order. */
  readonly embedded: string[];
  /** Told before each batch; may throw, or wait. */
  before?: (frames: readonly Frame[]) => void | Promise<void>;
  /** Changes what comes out. */
  change?: (embedding: Float32Array, frame: Frame) => Float32Array;
}

const SIZE = { width: 4, height: 3 } as const;

/** A stage whose backbone is the picture itself, brought to 4 × 3 pixels. */
export function pixelStage(name: string, embedder: Embedder) {
  return defineStage({
    name,
    head: {
      open: (): FrozenBackbone => ({
        id: 'pixels',
        identity: { backbone: 'pixels', ...SIZE },
        dimension: undefined,
        parallel: 2,
        maxBatch: 3,
        async embed(frames) {
          await embedder.before?.(frames);
          const all: Float32Array[] = [];
          for (const frame of frames) {
            const { data } = await frame.tensor(SIZE);
            embedder.embedded.push(frame.id);
            const own = Float32Array.from(data);
            all.push(embedder.change?.(own, frame) ?? own);
          }
          return all;
        },
        headMetadata: (head) => ({ 'test.head': JSON.stringify(head) }),
        async close() {},
      }),
    },
    run: (frames) => frames.map(() => ({ score: 0.5 })),
  });
}

/** Reads lists that are registered by name: `list:photos`. */
export function listFormat(lists: Readonly<Record<string, readonly Listed[]>>): DataFormat {
  return {
    name: 'list',
    description: 'samples in memory',
    open: (ref) => ({
      name: ref,
      async *samples() {
        for (const { bytes, ...known } of lists[ref] ?? []) {
          yield {
            label: null,
            group: known.id,
            source: 'drawn',
            meta: {},
            ...known,
            read: async () => (typeof bytes === 'function' ? bytes() : (bytes ?? testPicture({ seed: 1 }))),
          };
        }
      },
    }),
  };
}

export interface Opened extends Embedder {
  readonly project: Project;
}

/** A project with the stage `pixels`, and lists to train on. */
export async function openProject(
  lists: Readonly<Record<string, readonly Listed[]>>,
  dir: string,
  change: Partial<UserConfig> & { readonly stages?: readonly string[]; readonly warnings?: string[] } = {},
): Promise<Opened> {
  const { stages = ['pixels'], warnings = [], ...config } = change;
  const embedder: Embedder = { embedded: [] };
  const plugin: Plugin = {
    name: 'test-plugin',
    api: '^1',
    stages: stages.map((name) => pixelStage(name, embedder)),
    formats: [listFormat(lists)],
  };
  const warn = (message: string) => void warnings.push(message);
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn, error: warn };
  const project = await createProject(
    {
      task: { name: 'ripe', classes: ['green', 'red'], positive: 'red' },
      plugins: [plugin],
      cascade: [{ run: stages[0] as string }],
      ...config,
    } as UserConfig,
    { cwd: dir, log },
  );
  return Object.assign(embedder, { project });
}

/** Reddish and greenish pictures, in groups of both; `hard` is how often the colour misleads. */
export async function fruit(count: number, { groups = 4, hard = 0, seed = 0 } = {}): Promise<Listed[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const red = i % 2 === 1;
      const misleads = hard > 0 && i % Math.round(1 / hard) === 0;
      const shade = 90 + ((i * 37 + seed * 11) % 60);
      const background =
        red !== misleads ? ([shade + 60, shade - 40, 60] as const) : ([shade - 40, shade + 60, 60] as const);
      return {
        id: `${seed}/${i}.png`,
        label: red ? 'red' : 'green',
        group: `tree ${seed}-${Math.floor(i / 2) % groups}`,
        bytes: await testPicture({ seed: 1000 * seed + i + 1, background, shapes: 2, format: 'png' }),
      };
    }),
  );
}
