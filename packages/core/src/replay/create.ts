import type { CascadePlan } from '../cascade/plan.js';
import { NEUTRAL } from '../cascade/result.js';
import { settle } from '../cascade/settle.js';
import { createStop, withSignal } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';
import type { Hooks } from '../hooks/create.js';
import { IDLE } from '../observe/spans.js';
import { collectStages } from '../plugins/stages.js';
import { planSteps, reachable } from '../runtime/plan.js';
import { prepareRules } from '../runtime/prepare-rules.js';
import type { Project, Result, StageIdentity, Step } from '../types/index.js';
import { recordedFrame } from './frame.js';
import { setUpHooks } from './hooks.js';
import type { ReplayRun } from './recall.js';
import { replayCascade } from './steps.js';
import type { Replay, ReplayAnswer, ReplayFrame, ReplayOptions } from './types.js';

/**
 * Resolves a cascade as the runtime does, with stages that answer what they once said: to see what other rules would
 * have made of the same answers, thousands of times a second, without a model.
 *
 * The steps, the rules and the plugins' `fuse`, `exit` and `postprocess` hooks are those of the runtime; `setup` and
 * `ready` of plugins run. The hooks `preprocess` and `stage` have had their effect on what was recorded, and `onResult`
 * observes real answers only. A timeout or budget shorter than a recorded time makes a stage late; what came late when
 * it was recorded stays late.
 *
 * @param stages which models gave the answers: rules that are bound to a model are checked against them
 * Throws `SV_CONFIG_STAGE_UNKNOWN`, `SV_RUN_INVALID` where the cascade has a stage that is not among them,
 * `SV_CALIBRATION_*`, `SV_PLUGIN_SETUP`.
 * @example
 * const replay = await createReplay(project, recording.header.stages, { cascade: [{ run: 'starter', exit: window(0.1, 0.9) }] });
 * const answers = await Promise.all(recording.frames.map((frame) => replay.answer(frame)));
 */
export async function createReplay(
  project: Project,
  stages: readonly StageIdentity[],
  options: ReplayOptions = {},
): Promise<Replay> {
  const { hooks, close } = await setUpHooks(project);
  const budgetMs = options.budgetMs ?? project.config.budget?.ms ?? Number.POSITIVE_INFINITY;
  const under = async (cascade: readonly Step[]): Promise<Replay> => {
    const plan = await planReplay(project, stages, cascade, hooks);
    return {
      steps: plan.steps.map(({ index, name, stages }) => ({ index, name, stages: stages.map((one) => one.name) })),
      answer(frame) {
        const run = begin(frame, plan, budgetMs);
        const result = settle(replayCascade(plan, run));
        return result instanceof Promise ? result.then((late) => answerOf(late, run)) : answerOf(result as Result, run);
      },
      with: under,
      close,
    };
  };
  try {
    return await under(options.cascade ?? project.cascade);
  } catch (error) {
    await close();
    throw error;
  }
}

async function planReplay(
  { plugins, task, dir, log, config }: Project,
  identities: readonly StageIdentity[],
  cascade: readonly Step[],
  hooks: Hooks,
): Promise<CascadePlan> {
  const steps = planSteps(cascade, collectStages(plugins));
  for (const name of reachable(steps)) {
    if (identities.some(({ stage }) => stage === name)) continue;
    const known = identities.map(({ stage }) => stage).join(', ');
    throw new SvError('SV_RUN_INVALID', `The cascade asks stage \`${name}\`; the recording has ${known || 'none'}.`, {
      where: { stage: name },
      fix: 'Record again with this config: delete the recording, or name another file.',
    });
  }
  return {
    task,
    log,
    hooks,
    steps: await prepareRules(steps, identities, { dir, task, log }),
    onExceeded: config.budget?.onExceeded ?? 'answer',
  };
}

function begin(frame: ReplayFrame, { task, log }: CascadePlan, budgetMs: number): ReplayRun {
  const reached: ReplayRun['reached'] = [];
  return withSignal({
    frame: recordedFrame(frame),
    task,
    log,
    stop: createStop(),
    deadline: budgetMs < Number.POSITIVE_INFINITY ? performance.now() + budgetMs : budgetMs,
    started: 0,
    budgetMs,
    evidence: [],
    trace: [],
    verdict: NEUTRAL,
    ending: undefined,
    onAbort: [],
    span: IDLE,
    answers: frame.answers,
    spentMs: 0,
    reached,
  });
}

function answerOf({ score, scores, boxes, label, exit }: Result, run: ReplayRun): ReplayAnswer {
  const { reached, spentMs: ms } = run;
  const decided = run.ending?.decided ?? false;
  // Written out: a spread costs as much as a step.
  return scores
    ? { score, scores, boxes, label, exit, decided, reached, ms }
    : { score, boxes, label, exit, decided, reached, ms };
}
