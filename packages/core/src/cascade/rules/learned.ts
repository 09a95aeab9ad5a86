import { isAbsolute, join } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { FuseRule, RuleContext, Stack } from '../../types/index.js';
import { readStack } from './read-stack.js';
import { spoken } from './runs.js';
import { stackScore } from './stack.js';

/**
 * Fuses with weights that were learned on labelled answers: a `stack.json` of `sv train --stack`. The stages that it
 * lists count, of this step and of earlier ones; for one that abstained or failed see {@link Stack}. Weights of another
 * model are refused at the start with `SV_CALIBRATION_MISMATCH`; tasks of two classes only.
 *
 * @param path relative to the folder of the config
 * @example `{ run: ['dinov3', 'siglip2', 'convnext'], fuse: learned('./stack.json') }`
 */
export function learned(path: string): FuseRule {
  if (typeof path !== 'string' || path === '') {
    throw new SvError('SV_CONFIG_INVALID', `learned(${JSON.stringify(path)}): expected the path of a stack.json.`, {
      fix: "For instance learned('./stack.json').",
    });
  }
  const unprepared: FuseRule = () => {
    throw new SvError('SV_CONFIG_INVALID', `learned('${path}') was used before its file was read.`, {
      fix: 'Let a runtime prepare it, or call `prepare` of the rule first.',
    });
  };
  return Object.assign(unprepared, { reads: path, prepare: (ctx: RuleContext) => prepare(path, ctx) });
}

async function prepare(path: string, ctx: RuleContext): Promise<FuseRule> {
  const stack = await readStack(isAbsolute(path) ? path : join(ctx.dir, path));
  check(path, stack, ctx);
  return (verdict, evidence, { task }) => {
    const runs = spoken(evidence);
    const listed = stack.stages.map(({ stage }) => runs.findLast((run) => run.stage === stage));
    const score = stackScore(
      stack,
      listed.map((run) => run?.output.score),
    );
    if (score === undefined) return verdict;
    const boxes = listed.flatMap((run) => run?.output.boxes ?? []);
    if (!task) return { score, boxes };
    const scores = Object.fromEntries(task.classes.map((name) => [name, name === task.positive ? score : 1 - score]));
    return { score, scores, boxes };
  };
}

function check(path: string, stack: Stack, { task, stages, step, log }: RuleContext): void {
  if (task && task.classes.length !== 2) {
    throw new SvError(
      'SV_CONFIG_INVALID',
      `learned('${path}') knows two classes, task ${task.name} has ${task.classes.length}.`,
      { fix: 'Use logOdds() or weighted({ … }), which fuse class by class.' },
    );
  }
  const fix = 'Run `sv train --stack stack.json` again with the models at hand.';
  for (const { stage, sha256 } of stack.stages) {
    const now = stages.get(stage);
    if (!now) {
      throw new SvError(
        'SV_CALIBRATION_MISMATCH',
        `${path} weighs the stage \`${stage}\`, which is not in the cascade.`,
        {
          fix,
        },
      );
    }
    if (now.sha256 !== sha256) {
      throw new SvError(
        'SV_CALIBRATION_MISMATCH',
        `${path} was learned with another model in stage \`${stage}\` (${sha256.slice(0, 12)}…, now ${now.sha256.slice(0, 12)}…).`,
        { fix },
      );
    }
  }
  const unknown = step.stages.filter((name) => !stack.stages.some(({ stage }) => stage === name));
  if (unknown.length > 0) log.warn(`${path} has no weight for ${unknown.join(', ')}: what they say is left out`);
}
