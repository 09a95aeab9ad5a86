import { type Project, type Stage, SvError } from '@streetvision/core';
import type { Dinov3Options } from '../options.js';

/** What the stages of this package were made with: a project knows stages, not their options. */
const made = new WeakMap<Stage, Dinov3Options>();

/** Remembers the options of a stage, and gives it back. */
export function remember<S extends Stage>(stage: S, options: Dinov3Options): S {
  made.set(stage, options);
  return stage;
}

/** A stage that does what another one does, such as one with test-time augmentation around it. */
export function rememberAs<S extends Stage>(stage: S, other: Stage): S {
  const options = made.get(other);
  if (options) made.set(stage, options);
  return stage;
}

/** The options of a stage of `dinov3()`. Throws `SV_CONFIG_STAGE_UNKNOWN`. */
export function optionsOf(project: Pick<Project, 'plugins' | 'stage'>, name?: string): Dinov3Options {
  const stages =
    name === undefined ? project.plugins.flatMap(({ stages = [] }) => stages) : [project.stage(name).stage];
  const known = stages.filter((stage) => made.has(stage));
  const [stage, second] = known;
  if (stage && !second) return made.get(stage) as Dinov3Options;
  throw new SvError(
    'SV_CONFIG_STAGE_UNKNOWN',
    known.length > 1
      ? `Several stages are of dinov3(): ${known.map((one) => one.name).join(', ')}.`
      : `${name === undefined ? 'No stage' : `Stage \`${name}\``} is of dinov3().`,
    { fix: 'Name the stage whose embeddings are to be remembered.' },
  );
}
