import { attributeRule } from '../cascade/attribute-rule.js';
import type { PlannedStep } from '../cascade/plan.js';
import type { Calibrates, ExitRule, FuseRule, Logger, RuleContext, StageIdentity, Task } from '../types/index.js';

type Shared = Pick<RuleContext, 'dir' | 'task' | 'log'>;

/** Lets rules read their files before the first frame. Throws what a rule says is wrong, with the path of its step. */
export async function prepareRules(
  steps: readonly PlannedStep[],
  identities: readonly StageIdentity[],
  shared: { readonly dir: string; readonly task: Task | undefined; readonly log: Logger },
): Promise<PlannedStep[]> {
  const stages = new Map(identities.map((identity) => [identity.stage, identity]));
  return Promise.all(steps.map((step, i) => prepareStep(step, i === steps.length - 1, stages, shared)));
}

async function prepareStep(
  step: PlannedStep,
  last: boolean,
  stages: ReadonlyMap<string, StageIdentity>,
  shared: Shared,
): Promise<PlannedStep> {
  const { index, name } = step;
  const ctx: RuleContext = {
    ...shared,
    stages,
    step: { index, name, stages: step.stages.map((one) => one.name), last },
  };
  const prepared = async <Rule extends ExitRule | FuseRule>(rule: Rule, field: 'fuse' | 'exit'): Promise<Rule> => {
    if (!rule.prepare) return rule;
    try {
      return (await rule.prepare(ctx)) as Rule;
    } catch (cause) {
      throw attributeRule(cause, `cascade[${index}]`, field);
    }
  };
  const exits: readonly (ExitRule & Calibrates)[] = await Promise.all(step.exits.map((rule) => prepared(rule, 'exit')));
  return {
    ...step,
    fuse: await prepared(step.fuse, 'fuse'),
    exits,
    // Of several stages the verdict is calibrated, not each score.
    calibrate: step.stages.length === 1 ? exits.find((rule) => rule.calibrate)?.calibrate : undefined,
  };
}
