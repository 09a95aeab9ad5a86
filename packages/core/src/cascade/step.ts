import { messageOf } from '../errors/attribute.js';
import { isSvError, SvError } from '../errors/sv-error.js';
import type { Frame, StageMs, StageOutput, StageRun, TraceEntry } from '../types/index.js';
import type { Asked, CascadePlan, PlannedStage, PlannedStep } from './plan.js';
import type { Run } from './run.js';
import { abort, createStop, withSignal } from './stop.js';

/**
 * Asks the stages of a step side by side and notes what became of each.
 *
 * @returns whether anyone decided, abstentions apart; throws what `onError: 'fail'` and broken pictures ask for
 */
export async function runStep(step: PlannedStep, plan: CascadePlan, run: Run): Promise<boolean> {
  const before = run.evidence.length;
  const [only] = step.stages;
  const settled =
    only && step.stages.length === 1 ? [await runStage(only, step, plan, run)] : await askAll(step, plan, run);
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
      if (!again.answer && !run.stop.aborted) throw again.error ?? failures[0];
    }
  }
  return run.evidence.some(({ output }, i) => i >= before && !output.abstained);
}

/** Asks stages side by side. A failure that fails the run is told at once: nobody needs the neighbours any more. */
function askAll(step: PlannedStep, plan: CascadePlan, run: Run): Promise<Settled[]> {
  const waiting: ((reason: unknown) => void)[] = [];
  const one = async (stage: PlannedStage) => {
    const settled = await runStage(stage, step, plan, run, waiting);
    const { error } = settled;
    if (error && (step.onError === 'fail' || isPictureError(error))) for (const abandon of waiting) abandon(error);
    return settled;
  };
  return Promise.all(step.stages.map(one));
}

/** What became of one stage. */
export interface Settled {
  readonly entry: TraceEntry;
  readonly answer?: StageRun;
  readonly error?: SvError;
}

export function note({ entry, answer }: Settled, run: Run): void {
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
async function runStage(
  stage: PlannedStage,
  step: PlannedStep,
  plan: CascadePlan,
  run: Run,
  waiting?: ((reason: unknown) => void)[],
): Promise<Settled> {
  if (!takes(stage, run.frame)) return notTaken(stage, step);
  const since = performance.now();
  const call: Asked = withSignal({
    stage: stage.name,
    step: step.index,
    frame: run.frame,
    evidence: run.evidence.slice(),
    deadline: Math.min(run.deadline, since + (step.timeoutMs ?? Number.POSITIVE_INFINITY)),
    stop: createStop(),
    by: undefined,
    ms: undefined,
    model: undefined,
  });
  try {
    const output = run.span.recording
      ? await run.span.stage(stage.name, () => ask(call, step.timeoutMs, plan, run, waiting))
      : await ask(call, step.timeoutMs, plan, run, waiting);
    return answered(stage, step, output, spent(call, since), call.by);
  } catch (cause) {
    const error = isSvError(cause) ? cause : new SvError('SV_STAGE_FAILED', messageOf(cause), { cause });
    return failed(stage, step, error, spent(call, since));
  }
}

/** A stage that answered. @param by the plugin that answered for it */
export function answered(
  stage: PlannedStage,
  step: PlannedStep,
  output: StageOutput,
  ms: StageMs,
  by: string = stage.plugin,
): Settled {
  const status = output.abstained ? 'abstained' : 'answered';
  return {
    entry: entry(stage, step, status, output.abstained ? null : output.score, ms, undefined, by),
    answer: { stage: stage.name, step: step.index, by, output, ms },
  };
}

export function failed(stage: PlannedStage, step: PlannedStep, error: SvError, ms: StageMs): Settled {
  const status = error.code === 'SV_STAGE_TIMEOUT' || error.code === 'SV_DEADLINE' ? 'late' : 'failed';
  return { entry: { ...entry(stage, step, status, null, ms, error.message), code: error.code }, error };
}

/** A stage of clips is not asked about a picture; a stage of pictures sees the one that stands for a clip. */
export const takes = (stage: PlannedStage, frame: Pick<Frame, 'kind'>): boolean =>
  frame.kind !== 'image' || stage.accepts.includes('image');

export const notTaken = (stage: PlannedStage, step: PlannedStep): Settled => ({
  entry: entry(stage, step, 'skipped', null, NOTHING, 'takes clips, the frame is a picture'),
});

/** What the model said it took; whoever else answered computed all the time. */
const spent = (call: Asked, since: number): StageMs =>
  call.ms ?? { queue: 0, preprocess: 0, compute: performance.now() - since };

/** Waits for the first of: an answer, a failure, the step's own timeout, the end of the run. */
function ask(
  call: Asked,
  timeoutMs: number | undefined,
  plan: CascadePlan,
  run: Run,
  waiting?: ((reason: unknown) => void)[],
): Promise<StageOutput> {
  return new Promise((resolve, reject) => {
    const abandon = (reason: unknown) => {
      clearTimeout(timer);
      abort(call.stop, reason);
      call.model?.giveUp(reason);
      reject(reason);
    };
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => abandon(tooLate(call.stage, timeoutMs)), timeoutMs);
    run.onAbort.push(abandon);
    waiting?.push(abandon);
    plan.hooks.stage.callAsync(call, run, (error, output) => {
      clearTimeout(timer);
      if (output) resolve(output);
      else reject(error ?? new SvError('SV_STAGE_FAILED', `No plugin answered for stage \`${call.stage}\`.`));
    });
  });
}

export const tooLate = (stage: string, timeoutMs: number) =>
  new SvError('SV_STAGE_TIMEOUT', `Stage \`${stage}\` did not answer within ${timeoutMs} ms.`, {
    where: { stage },
    fix: "Raise the step's timeoutMs, or let it be skipped with onError: 'skip'.",
  });

export const isPictureError = (error: SvError) => error.code.startsWith('SV_IMAGE_');

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
