import { image, type Plugin, type Project, type Step, type UserConfig, video, type When } from '@streetvision/core';

/**
 * The cascade of a project with nothing that stops it: each stage is asked about each frame, the stages that stand in
 * for others too. What plugins do to frames and for stages stays; what they do to verdicts comes back at the replay.
 */
export function withoutExits({ cascade, plugins }: Project, concurrency: number) {
  return (config: UserConfig): UserConfig => {
    const { budget: _, ...rest } = config;
    return { ...rest, plugins: plugins.map(withoutBeliefs), cascade: asked(cascade), budget: { concurrency } };
  };
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

/** Conditions on the kind of the frame hold whatever was believed. */
const isKind = (when: When) => when === image || when === video;

function withoutBeliefs(plugin: Plugin): Plugin {
  const { preprocess, stage } = plugin.hooks ?? {};
  return { ...plugin, hooks: { ...(preprocess ? { preprocess } : {}), ...(stage ? { stage } : {}) } };
}
