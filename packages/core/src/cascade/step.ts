import { isSvError, SvError } from '../errors/sv-error.js';
import type { StageMs, StageOutput, StageRun, TraceEntry } from '../types/index.js';
import type { Asked, CascadePlan, PlannedStage, PlannedStep } from './plan.js';
import type { Run } from './run.js';

/**
 * Asks the stages of a step side by side and notes what became of each.
 *
 * @returns whether anyone answered; throws what `onError: 'fail'` and broken pictures ask for
 */
export async function runStep(step: PlannedStep, plan: CascadePlan, run: Run): Promise<boolean> {
  const before = run.evidence.length;
  const [only] = step.stages;
  const settled =
    only && step.stages.length === 1
      ? [await runStage(only, step, plan, run)]
      : await Promise.all(step.stages.map((stage) => runStage(stage, step, plan, run)));
  // Noted in the config's order, whoever was first: the same frame gives the same trace.
  for (const one of settled) note(one, run);
  const failures = settled.flatMap(({ error }) => error ?? []);

  // A picture that cannot be read is nobody's fault, and no other stage will read it either.
  const broken = failures.find(isPictureError);
  if (broken) throw broken;
  if (failures[0] && !run.stop.aborted) {
    if (step.onError === 'fail') throw failures[0];
    if (step.onError !== 'skip') {
      const again = await runStage(step.onError.use, step, plan, run);
      note(again, run);
      if (again.error && !run.stop.aborted) throw again.error;
    }
  }
  return run.evidence.length > before;
}

/** What became of one stage. */
interface Settled {
  readonly entry: TraceEntry;
  readonly answer?: StageRun;
  readonly error?: SvError;
}

function note({ entry, answer }: Settled, run: Run): void {
  run.trace.push(entry);
  if (answer) run.evidence.push(answer);
}

/** Notes that a step was not wanted. */
export function skipStep(step: PlannedStep, run: Run): void {
  const reason = step.when?.name ? `when: ${step.when.name}` : 'when';
  for (const stage of step.stages) run.trace.push(entry(stage, step, 'skipped', null, NOTHING, reason));
}

const NOTHING: StageMs = { queue: 0, preprocess: 0, compute: 0 };

/** Never rejects: a failure is something that is noted. */
async function runStage(stage: PlannedStage, step: PlannedStep, plan: CascadePlan, run: Run): Promise<Settled> {
  if (run.frame.kind === 'image' && !stage.accepts.includes('image')) {
    return { entry: entry(stage, step, 'skipped', null, NOTHING, 'takes clips, the frame is a picture') };
  }
  const call: Asked = {
    stage: stage.name,
    step: step.index,
    frame: run.frame,
    evidence: run.evidence.slice(),
    by: undefined,
    ms: undefined,
    giveUp: undefined,
    abandon: undefined,
  };
  run.asked.push(call);
  const since = performance.now();
  try {
    const output = run.span.recording
      ? await run.span.stage(stage.name, () => ask(call, step.timeoutMs, plan, run))
      : await ask(call, step.timeoutMs, plan, run);
    const ms = spent(call, since);
    const by = call.by ?? stage.plugin;
    const status = output.abstained ? 'abstained' : 'answered';
    return {
      entry: entry(stage, step, status, output.abstained ? null : output.score, ms, undefined, by),
      answer: { stage: stage.name, step: step.index, by, output, ms },
    };
  } catch (cause) {
    const error = isSvError(cause) ? cause : new SvError('SV_STAGE_FAILED', String(cause), { cause });
    const status = error.code === 'SV_STAGE_TIMEOUT' || error.code === 'SV_DEADLINE' ? 'late' : 'failed';
    const noted = entry(stage, step, status, null, spent(call, since), error.message);
    return { entry: { ...noted, code: error.code }, error };
  }
}

/** What the model said it took; whoever else answered computed all the time. */
const spent = (call: Asked, since: number): StageMs =>
  call.ms ?? { queue: 0, preprocess: 0, compute: performance.now() - since };

/** Waits for the first of: an answer, a failure, the step's own timeout, the end of the run. */
function ask(call: Asked, timeoutMs: number | undefined, plan: CascadePlan, run: Run): Promise<StageOutput> {
  return new Promise((resolve, reject) => {
    call.abandon = (reason) => {
      call.abandon = undefined;
      clearTimeout(timer);
      call.giveUp?.(reason);
      reject(reason);
    };
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => call.abandon?.(tooLate(call.stage, timeoutMs)), timeoutMs);
    plan.hooks.stage.callAsync(call, run, (error, output) => {
      call.abandon = undefined;
      clearTimeout(timer);
      if (output) resolve(output);
      else reject(error ?? new SvError('SV_STAGE_FAILED', `No plugin answered for stage \`${call.stage}\`.`));
    });
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
  plugin: string = stage.plugin,
): TraceEntry {
  const noted = { stage: stage.name, step: step.index, plugin, status, score, ms };
  return reason === undefined ? noted : { ...noted, reason };
}
