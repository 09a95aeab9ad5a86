import type { PlannedStage, PlannedStep } from '../cascade/plan.js';
import type { Run } from '../cascade/run.js';
import { answered, failed, isPictureError, note, notTaken, type Settled, takes, tooLate } from '../cascade/step.js';
import { abort } from '../cascade/stop.js';
import type { ErrorCode } from '../errors/codes.js';
import { SvError } from '../errors/sv-error.js';
import { spent } from '../runtime/begin-run.js';
import type { StageMs } from '../types/index.js';
import type { ReplayFrame } from './types.js';

/** A run whose clock is that of the recording. */
export interface ReplayRun extends Run {
  readonly answers: ReplayFrame['answers'];
  /** Milliseconds so far. */
  spentMs: number;
  readonly reached: { step: number; name: string; asked: string[]; score: number | null; ms: number }[];
}

/** Asks a step as `runStep` does; the stages answer what they once said. */
export function recallStep(step: PlannedStep, run: ReplayRun): boolean {
  const entry = { step: step.index, name: step.name, asked: [] as string[], score: null, ms: 0 };
  run.reached.push(entry);
  const began = run.spentMs;
  const slowest = (settled: readonly Settled[]) => {
    const left = run.budgetMs - run.spentMs;
    let ms = 0;
    for (const one of settled) {
      if (one.entry.status === 'skipped') continue;
      entry.asked.push(one.entry.stage);
      ms = Math.max(ms, Math.min(timeOf(one.entry.ms), step.timeoutMs ?? Number.POSITIVE_INFINITY, left));
    }
    run.spentMs += ms;
    if (run.budgetMs < Number.POSITIVE_INFINITY) run.deadline = performance.now() + run.budgetMs - run.spentMs;
    entry.ms = run.spentMs - began;
    if (ms >= left) abort(run.stop, spent(run.frame.id, run.budgetMs));
  };
  const settled = step.stages.map((stage) => recall(stage, step, run));
  slowest(settled);
  return takeAnswers(settled, step, run, (stage) => {
    const again = recall(stage, step, run);
    slowest([again]);
    return again;
  });
}

/**
 * As `runStep` does: notes what became of the stages of a step, and does what its `onError` says of failures.
 *
 * @param again asks the stage that stands in
 */
function takeAnswers(
  settled: readonly Settled[],
  step: PlannedStep,
  run: ReplayRun,
  again: (stage: PlannedStage) => Settled,
): boolean {
  const before = run.evidence.length;
  // Noted in the config's order, whoever was first: the same frame gives the same trace.
  for (const one of settled) note(one, run);
  const failures = settled.flatMap(({ error }) => error ?? []);

  // A picture that cannot be read is nobody's fault, and no other stage will read it either.
  const broken = failures.find(isPictureError);
  if (broken) throw broken;
  if (failures[0] && !run.stop.aborted) {
    if (step.onError === 'fail') throw failures[0];
    if (step.onError !== 'skip') {
      const other = again(step.onError.use);
      note(other, run);
      if (!other.answer && !run.stop.aborted) throw other.error ?? failures[0];
    }
  }
  return run.evidence.some(({ output }, i) => i >= before && !output.abstained);
}

function recall(stage: PlannedStage, step: PlannedStep, run: ReplayRun): Settled {
  if (!takes(stage, run.frame)) return notTaken(stage, step);
  const said = run.answers[stage.name];
  if (said === undefined) throw unrecorded(stage.name, run.frame.id);
  const ms = timeOf(said.ms);
  if (ms >= run.budgetMs - run.spentMs) return failed(stage, step, spent(run.frame.id, run.budgetMs), said.ms);
  if (step.timeoutMs !== undefined && ms >= step.timeoutMs) {
    return failed(stage, step, tooLate(stage.name, step.timeoutMs), said.ms);
  }
  if ('code' in said) return failed(stage, step, new SvError(said.code as ErrorCode, said.message), said.ms);
  return answered(stage, step, said, said.ms);
}

/** What a stage takes by itself. */
const timeOf = ({ preprocess, compute }: StageMs) => preprocess + compute;

const unrecorded = (stage: string, frame: string) =>
  new SvError('SV_RUN_INVALID', `The recording has no answer of stage \`${stage}\` for \`${frame}\`.`, {
    where: { stage },
    fix: 'Record again with this config: delete the recording, or name another file.',
  });
