import type { Asked } from '../cascade/plan.js';
import { type Stop, withSignal } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';
import { isScore } from '../hooks/answers.js';
import type {
  Frame,
  Logger,
  RunContext,
  Stage,
  StageContext,
  StageMs,
  StageOutput,
  Task,
  Tensor,
  TensorSpec,
} from '../types/index.js';
import { attributeStage } from './attribute-stage.js';
import { createStopwatch, timedFrame } from './stopwatch.js';

/** One call that waits for its answer. */
export interface Ticket {
  readonly call: Asked;
  readonly ctx: RunContext;
  /** `performance.now()` when it was asked. */
  readonly since: number;
  readonly resolve: (output: StageOutput) => void;
  readonly reject: (reason: unknown) => void;
  /** The batch that holds it. */
  batch: Batch | undefined;
  /** Nobody waits for it any more. */
  gone: boolean;
}

/** Calls that a stage answers together. */
export interface Batch {
  readonly tickets: readonly Ticket[];
  readonly stop: Stop;
  readonly began: number;
  /** Callers that still wait. */
  present: number;
}

/** What a batch needs besides its frames. */
export interface BatchContext {
  readonly plugin: string;
  readonly task: Task | undefined;
  readonly log: Logger;
  stack(frames: readonly Frame[], spec: TensorSpec): Promise<Tensor>;
}

/** Runs a batch and answers its tickets; never rejects. One bad frame must not cost the others their answer. */
export async function runBatch(
  stage: Stage,
  state: unknown,
  batch: Batch,
  context: BatchContext,
  tickets: readonly Ticket[] = batch.tickets,
): Promise<void> {
  const { plugin } = context;
  const stopwatch = createStopwatch();
  const started = performance.now();
  try {
    const frames = tickets.map(({ call }) => timedFrame(call.frame, stopwatch));
    const outputs = await stage.run(frames, state, stageContext(tickets, batch.stop, context));
    checkCount(outputs, tickets.length, stage.name, plugin);
    // Every frame is charged what the batch took: that is how long it waited for its answer.
    const total = performance.now() - started;
    const preprocess = Math.min(stopwatch.elapsed, total);
    for (let i = 0; i < tickets.length; i++) {
      const ticket = tickets[i] as Ticket;
      const queue = Math.max(0, batch.began - ticket.since);
      answer(ticket, outputs[i], { queue, preprocess, compute: total - preprocess }, stage.name, plugin);
    }
  } catch (cause) {
    const waiting = tickets.filter((ticket) => !ticket.gone);
    if (tickets.length > 1) {
      for (const ticket of waiting) await runBatch(stage, state, batch, context, [ticket]);
    } else {
      for (const ticket of waiting) ticket.reject(attributeStage(cause, plugin, stage.name));
    }
  }
}

function stageContext(tickets: readonly Ticket[], stop: Stop, context: BatchContext): StageContext {
  return withSignal({
    task: context.task,
    log: context.log,
    stack: context.stack,
    stop,
    deadline: tickets.reduce((latest, { ctx }) => Math.max(latest, ctx.deadline), 0),
    evidence: tickets.map(({ call }) => call.evidence),
  });
}

function answer(ticket: Ticket, output: unknown, ms: StageMs, stage: string, plugin: string): void {
  ticket.call.ms = ms;
  if (isOutput(output)) ticket.resolve(output);
  else ticket.reject(badOutput(`a score of ${describe(output)} for \`${ticket.call.frame.id}\``, stage, plugin));
}

function isOutput(output: unknown): output is StageOutput {
  if (typeof output !== 'object' || output === null) return false;
  return isScore((output as StageOutput).score) || (output as StageOutput).abstained === true;
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
