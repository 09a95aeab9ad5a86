import type { StageAnswer } from '../cascade/plan.js';
import { SvError } from '../errors/sv-error.js';
import { isScore } from '../hooks/answers.js';
import type {
  Frame,
  Logger,
  RunContext,
  Stage,
  StageCall,
  StageContext,
  StageOutput,
  Task,
  Tensor,
  TensorSpec,
} from '../types/index.js';
import { attributeStage } from './attribute-stage.js';
import { createStopwatch, type Stopwatch, timedFrame } from './stopwatch.js';

/** One call that waits for its batch. */
export interface Ticket {
  readonly call: StageCall;
  readonly ctx: RunContext;
  readonly since: number;
  resolve(answer: StageAnswer): void;
  reject(reason: unknown): void;
  /** Set while a batch holds it: tells the batch that it lost one of its callers. */
  leave?: (reason: unknown) => void;
  gone: boolean;
}

/** What a batch needs besides its frames. */
export interface BatchContext {
  readonly plugin: string;
  readonly task: Task | undefined;
  readonly log: Logger;
  stack(frames: readonly Frame[], spec: TensorSpec): Promise<Tensor>;
  /** Notes that a run of the stage is in progress; returns what to call when it came back. */
  begin(stage: string): () => void;
}

export interface RunningBatch {
  /** Settles, never rejects, when the stage came back. */
  readonly done: Promise<void>;
  /** Everyone has left. */
  abandoned(): boolean;
}

/** Runs one batch and answers its tickets. One bad frame must not cost the others their answer. */
export function runBatch(
  stage: Stage,
  state: unknown,
  tickets: readonly Ticket[],
  context: BatchContext,
  onAbandoned: () => void,
): RunningBatch {
  const controller = new AbortController();
  let present = tickets.length;
  for (const ticket of tickets) {
    ticket.leave = (reason) => {
      if (--present > 0) return;
      controller.abort(reason);
      onAbandoned();
    };
  }
  const began = performance.now();

  const attempt = async (batch: readonly Ticket[]): Promise<void> => {
    const stopwatch = createStopwatch();
    const started = performance.now();
    let outputs: readonly StageOutput[];
    try {
      outputs = await stage.run(
        batch.map(({ call }) => timedFrame(call.frame, stopwatch)),
        state,
        stageContext(batch, controller.signal, context),
      );
      checkCount(outputs, batch.length, stage.name, context.plugin);
    } catch (cause) {
      const error = attributeStage(cause, context.plugin, stage.name);
      const waiting = batch.filter((ticket) => !ticket.gone);
      if (batch.length > 1 && waiting.length > 0) {
        for (const ticket of waiting) await attempt([ticket]);
      } else {
        for (const ticket of waiting) ticket.reject(error);
      }
      return;
    }
    answer(batch, outputs, cost(batch, began, started, stopwatch), stage.name, context.plugin);
  };

  // Only what the loop above throws itself could reject, and nobody would hear it: hand it to the callers.
  const back = context.begin(stage.name);
  const done = attempt(tickets)
    .catch((cause) => {
      for (const ticket of tickets) ticket.reject(attributeStage(cause, context.plugin, stage.name));
    })
    .finally(back);
  return { done, abandoned: () => present <= 0 };
}

function stageContext(batch: readonly Ticket[], signal: AbortSignal, context: BatchContext): StageContext {
  return {
    task: context.task,
    log: context.log,
    stack: context.stack,
    signal,
    deadline: Math.max(...batch.map(({ ctx }) => ctx.deadline)),
    evidence: batch.map(({ call }) => call.evidence),
  };
}

/** Every frame of a batch is charged what the batch took: that is how long it waited for its answer. */
function cost(batch: readonly Ticket[], began: number, started: number, stopwatch: Stopwatch) {
  const total = performance.now() - started;
  const preprocess = Math.min(stopwatch.elapsed(), total);
  return batch.map(({ since }) => ({ queue: Math.max(0, began - since), preprocess, compute: total - preprocess }));
}

function answer(
  batch: readonly Ticket[],
  outputs: readonly StageOutput[],
  ms: ReturnType<typeof cost>,
  stage: string,
  plugin: string,
): void {
  for (const [i, ticket] of batch.entries()) {
    const output = outputs[i];
    const wrong = output === null || typeof output !== 'object' || !(output.abstained || isScore(output.score));
    if (wrong)
      ticket.reject(badOutput(`a score of ${describe(output)} for \`${ticket.call.frame.id}\``, stage, plugin));
    else ticket.resolve({ output: output as StageOutput, ms: ms[i] as (typeof ms)[number] });
  }
}

function checkCount(outputs: unknown, frames: number, stage: string, plugin: string): void {
  if (!Array.isArray(outputs)) throw badOutput(`${typeof outputs} instead of an array`, stage, plugin);
  if (outputs.length !== frames) throw badOutput(`${outputs.length} outputs for ${frames} frames`, stage, plugin);
}

const badOutput = (got: string, stage: string, plugin: string) =>
  new SvError('SV_STAGE_OUTPUT', `[${plugin} › ${stage}] returned ${got}.`, {
    where: { plugin, stage },
    fix: 'A stage returns one output per frame, in order, each with a score in [0, 1].',
  });

const describe = (output: unknown) =>
  typeof output === 'object' && output !== null && 'score' in output ? String(output.score) : String(output);
