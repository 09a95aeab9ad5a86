import type { PlannedStage, PlannedStep } from '../cascade/plan.js';
import { mean } from '../cascade/rules/fuse.js';
import { SvError } from '../errors/sv-error.js';
import { type OwnedStage, requireStage } from '../plugins/stages.js';
import type { Step } from '../types/index.js';

/** Resolves the names of a cascade to the stages of the plugins. Throws `SV_CONFIG_STAGE_UNKNOWN`. */
export function planSteps(cascade: readonly Step[], stages: ReadonlyMap<string, OwnedStage>): PlannedStep[] {
  return cascade.map((step, index) => {
    const path = `cascade[${index}]`;
    const names = typeof step.run === 'string' ? [step.run] : step.run;
    const onError = step.onError ?? 'fail';
    for (const name of weightedStages(step)) requireStage(name, stages, `${path}.fuse`);
    return {
      index,
      name: names.join('+'),
      stages: names.map((name, i) =>
        planStage(name, stages, typeof step.run === 'string' ? `${path}.run` : `${path}.run[${i}]`),
      ),
      when: step.when,
      fuse: step.fuse ?? mean(),
      exits: step.exit === undefined ? [] : typeof step.exit === 'function' ? [step.exit] : step.exit,
      calibrate: undefined,
      timeoutMs: step.timeoutMs,
      onError:
        typeof onError === 'string' ? onError : { use: standIn(onError.use, names, stages, `${path}.onError.use`) },
    };
  });
}

/** The stages that the cascade can reach: no other is loaded. */
export function reachable(steps: readonly PlannedStep[]): Set<string> {
  return new Set(
    steps
      .flatMap(({ stages, onError }) => [...stages, ...(typeof onError === 'object' ? [onError.use] : [])])
      .map(({ name }) => name),
  );
}

function planStage(name: string, stages: ReadonlyMap<string, OwnedStage>, path: string): PlannedStage {
  requireStage(name, stages, path);
  const { stage, plugin } = stages.get(name) as OwnedStage;
  return { name, plugin, accepts: stage.accepts ?? ['image'] };
}

/** The stage that answers when one of the step fails: not one of them. */
function standIn(
  name: string,
  names: readonly string[],
  stages: ReadonlyMap<string, OwnedStage>,
  path: string,
): PlannedStage {
  if (names.includes(name)) {
    throw new SvError('SV_CONFIG_INVALID', `${path}: \`${name}\` is already in this step.`, {
      fix: "Name another stage, or use onError: 'skip'.",
    });
  }
  return planStage(name, stages, path);
}

/** The stages that `weighted` names. */
function weightedStages({ fuse }: Step): readonly string[] {
  return fuse && 'stages' in fuse && Array.isArray(fuse.stages) ? fuse.stages : [];
}
