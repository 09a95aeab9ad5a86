import { type HeadSlot, type Project, SvError } from '@streetvision/core';

export interface TrainableStage {
  readonly name: string;
  readonly plugin: string;
  readonly slot: HeadSlot;
}

/** The stage that gets the head. Throws `SV_CONFIG_STAGE_UNKNOWN`, and `SV_TRAIN_OPTIONS` where none or several could. */
export function trainableStage(project: Pick<Project, 'plugins' | 'stage'>, name?: string): TrainableStage {
  const able = project.plugins.flatMap((plugin) =>
    (plugin.stages ?? []).flatMap((stage) => (stage.head ? [stage.name as string] : [])),
  );
  const chosen = name ?? (able.length === 1 ? able[0] : undefined);
  if (chosen === undefined) {
    const fix =
      able.length > 0
        ? `Name one: --stage ${able[0]}.`
        : 'Add one, such as dinov3() of @streetvision/plugin-dinov3 with a `backbone`; it needs no head yet.';
    const there =
      able.length > 0 ? `Several stages take a head: ${able.join(', ')}.` : 'No stage of the config takes a head.';
    throw new SvError('SV_TRAIN_OPTIONS', there, { fix });
  }
  const { stage, plugin } = project.stage(chosen);
  if (!stage.head) {
    throw new SvError('SV_TRAIN_OPTIONS', `Stage \`${chosen}\` takes no head.`, {
      fix: able.length > 0 ? `Stages that do: ${able.join(', ')}.` : 'No stage of the config does.',
      where: { stage: chosen, plugin },
    });
  }
  return { name: chosen, plugin, slot: stage.head };
}
