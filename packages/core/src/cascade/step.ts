import { isSvError, SvError } from '../errors/sv-error.js';
import { answeredBy } from '../hooks/guard.js';
import type { StageCall, StageMs, StageOutput, TraceEntry } from '../types/index.js';
import type { CascadePlan, PlannedStage, PlannedStep } from './plan.js';
import type { Run } from './run.js';

/**
 * Asks the stages of a step side by side and notes what became of each.
 *
 * @returns whether anyone answered; throws what `onError: 'fail'` and broken pictures ask for
 */
export async function runStep(step: PlannedStep, plan: CascadePlan, run: Run): Promise<boolean> {
  const before = run.evidence.length;
  const only = step.stages.length === 1 ? step.stages[0] : undefined;
  const failures = only
    ? [await runStage(only, step, plan, run)]
    : await Promise.all(step.stages.map((stage) => runStage(stage, step, plan, run)));
  const failure = failures.find((error) => error !== undefined);

  // A picture that cannot be read is nobody's fault, and no other stage will read it either.
  const broken = failures.find((error) => error && isPictureError(error));
  if (broken) throw broken;
  if (failure && !run.signal.aborted) {
    if (step.onError === 'fail') throw failure;
    if (step.onError !== 'skip') {
      const again = await runStage(step.onError.use, step, plan, run);
      if (again && !run.signal.aborted) throw again;
    }
  }
  return run.evidence.length > before;
}

/** Notes that a step was not wanted. */
export function skipStep(step: PlannedStep, run: Run): void {
  const reason = step.when?.name ? `when: ${step.when.name}` : 'when';
  for (const stage of step.stages) run.trace.push(entry(stage, step, 'skipped', null, NOTHING, reason));
}

const NOTHING: StageMs = { queue: 0, preprocess: 0, compute: 0 };

/** Resolves to the failure, or to nothing. */
async function runStage(
  stage: PlannedStage,
  step: PlannedStep,
  plan: CascadePlan,
  run: Run,
): Promise<SvError | undefined> {
  if (run.frame.kind === 'image' && !stage.accepts.includes('image')) {
    run.trace.push(entry(stage, step, 'skipped', null, NOTHING, 'takes clips, the frame is a picture'));
    return undefined;
  }
  const call: StageCall = { stage: stage.name, step: step.index, frame: run.frame, evidence: run.evidence.slice() };
  const asked = performance.now();
  try {
    const output = await plan.span(run, stage.name, () => ask(call, step.timeoutMs, plan, run));
    const modelMs = plan.costs.get(call);
    const ms = modelMs ?? { queue: 0, preprocess: 0, compute: performance.now() - asked };
    const by = modelMs ? stage.plugin : (answeredBy.get(output) ?? stage.plugin);
    run.evidence.push({ stage: stage.name, step: step.index, by, output, ms });
    run.trace.push(
      output.abstained
        ? entry(stage, step, 'abstained', null, ms, 'the stage does not know')
        : entry({ ...stage, plugin: by }, step, 'answered', output.score, ms),
    );
    return undefined;
  } catch (cause) {
    const error = isSvError(cause) ? cause : new SvError('SV_STAGE_FAILED', String(cause), { cause });
    const late = error.code === 'SV_STAGE_TIMEOUT' || error.code === 'SV_DEADLINE';
    const ms = plan.costs.get(call) ?? { queue: 0, preprocess: 0, compute: performance.now() - asked };
    run.trace.push({ ...entry(stage, step, late ? 'late' : 'failed', null, ms, error.message), code: error.code });
    return error;
  }
}

/** Waits for the first of: an answer, a failure, the step's own timeout, the end of the run. */
function ask(call: StageCall, timeoutMs: number | undefined, plan: CascadePlan, run: Run): Promise<StageOutput> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      run.onAbort.delete(giveUp);
      clearTimeout(timer);
    };
    const giveUp = (reason: unknown) => {
      leave();
      plan.giveUp(call, reason);
      reject(reason);
    };
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => giveUp(tooLate(call.stage, timeoutMs)), timeoutMs);
    run.onAbort.add(giveUp);
    plan.hooks.stage.promise(call, run).then(
      (output) => {
        leave();
        if (output) resolve(output);
        else reject(new SvError('SV_STAGE_FAILED', `No plugin answered for stage \`${call.stage}\`.`));
      },
      (error) => {
        leave();
        reject(error);
      },
    );
  });
}

const tooLate = (stage: string, timeoutMs: number) =>
  new SvError('SV_STAGE_TIMEOUT', `Stage \`${stage}\` did not answer within ${timeoutMs} ms.`, {
    where: { stage },
    fix: "Raise the step's timeoutMs, or let it be skipped with onError: 'skip'.",
  });

const isPictureError = (error: SvError) => error.code.startsWith('SV_IMAGE_');

function entry(
  stage: PlannedStage,
  step: PlannedStep,
  status: TraceEntry['status'],
  score: number | null,
  ms: StageMs,
  reason?: string,
): TraceEntry {
  const { name, plugin } = stage;
  return { stage: name, step: step.index, plugin, status, score, ms, ...(reason === undefined ? {} : { reason }) };
}
