import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { Plugin, Stage } from '../types/index.js';

/** A stage and the plugin that brings it. */
export interface OwnedStage {
  readonly stage: Stage;
  readonly plugin: string;
}

/** All stages by name. Throws `SV_STAGE_DUPLICATE`. */
export function collectStages(plugins: readonly Plugin[]): Map<string, OwnedStage> {
  const stages = new Map<string, OwnedStage>();
  for (const plugin of plugins) {
    for (const stage of plugin.stages ?? []) {
      const other = stages.get(stage.name);
      if (other) {
        throw new SvError(
          'SV_STAGE_DUPLICATE',
          `Stage \`${stage.name}\` comes from \`${other.plugin}\` and from \`${plugin.name}\`.`,
          {
            where: { plugin: plugin.name, stage: stage.name },
            fix: 'Rename one: most stage plugins take a `name` option.',
          },
        );
      }
      stages.set(stage.name, { stage, plugin: plugin.name });
    }
  }
  return stages;
}

/** Throws `SV_CONFIG_STAGE_UNKNOWN` where no plugin brings the stage. @param path `cascade[1].run` */
export function requireStage(name: string, stages: ReadonlyMap<string, OwnedStage>, path: string): void {
  if (stages.has(name)) return;
  const names = [...stages.keys()];
  const hint = didYouMean(name, names);
  const owner = names.find((candidate) => hint.includes(`\`${candidate}\``));
  const from = owner ? ` (from \`${stages.get(owner)?.plugin}\`)` : '';
  throw new SvError(
    'SV_CONFIG_STAGE_UNKNOWN',
    `${path}: no stage is named \`${name}\`.${hint.replace(/\?$/, `${from}?`)}`,
    {
      where: { stage: name },
      fix: names.length ? `Stages at hand: ${names.join(', ')}.` : 'No plugin brings a stage; add one to `plugins`.',
    },
  );
}
