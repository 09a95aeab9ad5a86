import {
  image,
  type LoadContext,
  type Plugin,
  type Project,
  type Stage,
  type Step,
  type UserConfig,
  video,
  type When,
} from '@streetvision/core';

/**
 * The cascade of a project with nothing that stops it: each stage is asked about each frame, the stages that stand in
 * for others too. What plugins do to frames and for stages stays; what they do to verdicts comes back at the replay.
 *
 * @param loaded told of each model file
 */
export function withoutExits({ cascade, plugins }: Project, concurrency: number, loaded: (file: string) => void) {
  return (config: UserConfig): UserConfig => {
    const { budget: _, ...rest } = config;
    const bare = plugins.map((plugin) => noting(withoutBeliefs(plugin), loaded));
    return { ...rest, plugins: bare, cascade: asked(cascade), budget: { concurrency } };
  };
}

/** Tells which model files its stages load. */
export function noting(plugin: Plugin, loaded: (file: string) => void): Plugin {
  const stages = plugin.stages?.map((stage): Stage => {
    const load = stage.load;
    if (!load) return stage;
    const noted = (ctx: LoadContext) =>
      load({
        ...ctx,
        async model(ref) {
          const file = await ctx.model(ref);
          loaded(file.path);
          return file;
        },
      });
    return { ...stage, load: noted };
  });
  return stages ? { ...plugin, stages } : plugin;
}

/** The steps, by the names of their stages, with those that only stand in at the end. */
export function asked(cascade: readonly Step[]): Step[] {
  const steps = cascade.map(
    ({ run, when, timeoutMs }): Step => ({
      run,
      onError: 'skip',
      ...(when && isKind(when) ? { when } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }),
  );
  const named = new Set(steps.flatMap(({ run }) => run));
  const standIns = new Set(cascade.flatMap(({ onError }) => (typeof onError === 'object' ? [onError.use] : [])));
  for (const run of standIns) if (!named.has(run)) steps.push({ run, onError: 'skip' });
  return steps;
}

/** The kind of frames that a condition lets through, where it is about that alone. */
export const kindOf = (when: When | undefined): 'image' | 'video' | null =>
  when === image ? 'image' : when === video ? 'video' : null;

/** Conditions on the kind of the frame hold whatever was believed. */
const isKind = (when: When) => kindOf(when) !== null;

function withoutBeliefs(plugin: Plugin): Plugin {
  const { preprocess, stage } = plugin.hooks ?? {};
  return { ...plugin, hooks: { ...(preprocess ? { preprocess } : {}), ...(stage ? { stage } : {}) } };
}
