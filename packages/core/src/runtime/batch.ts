import type { Asked } from '../cascade/plan.js';
import { type Stop, withSignal } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';
import { problemOf } from '../hooks/belief.js';
import type { Frame, Logger, Stage, StageContext, StageOutput, Task, Tensor, TensorSpec } from '../types/index.js';
import { attributeStage } from './attribute-stage.js';
import { type Stopwatch, timedFrame } from './stopwatch.js';

/** One call that waits for its answer. */
export interface Ticket {
  readonly call: Asked;
  /** `performance.now()` when it was asked. */
  readonly since: number;
  readonly resolve: (output: StageOutput) => void;
  readonly reject: (reason: unknown) => void;
  /** The batch that holds it. */
  batch: Batch | undefined;
  /** Nobody waits for it any more: it was answered, or given up. */
  done: boolean;
}

/** Calls that a stage answers together. */
export interface Batch {
  readonly tickets: readonly Ticket[];
  readonly stop: Stop;
  readonly began: number;
  readonly stopwatch: Stopwatch;
}

/** What a batch needs besides its frames. */
export interface BatchContext {
  readonly plugin: string;
  readonly task: Task | undefined;
  readonly log: Logger;
  stack(frames: readonly Frame[], spec: TensorSpec): Promise<Tensor>;
}

/** Failures in a row after which it is not the frames. */
const SYSTEMIC = 2;

/**
 * Runs a batch and answers its tickets; never rejects. When the stage throws, each frame is tried once alone, so that
 * one bad frame does not cost the others their answer; after two failures in a row the rest fails with them.
 */
export async function runBatch(stage: Stage, state: unknown, batch: Batch, context: BatchContext): Promise<void> {
  const { tickets } = batch;
  const failure = await attempt(stage, state, batch, tickets, context);
  if (failure === undefined) return;
  const retry = tickets.length > 1 && !isFinal(failure);
  let inARow = 0;
  for (const ticket of tickets) {
    if (ticket.done) continue;
    const alone = retry && inARow < SYSTEMIC ? await attempt(stage, state, batch, [ticket], context) : failure;
    inARow = alone === undefined || isPicture(alone) ? 0 : inARow + 1;
    if (alone !== undefined) settle(ticket, alone);
  }
}

/** Asks the stage once. Resolves to its failure, or to nothing where every ticket was settled. */
async function attempt(
  stage: Stage,
  state: unknown,
  batch: Batch,
  tickets: readonly Ticket[],
  context: BatchContext,
): Promise<SvError | undefined> {
  const { plugin } = context;
  try {
    const frames = tickets.map(({ call }) => timedFrame(call.frame, batch.stopwatch));
    const outputs: unknown = await stage.run(frames, state, stageContext(tickets, batch.stop, context));
    const listed = countedOutputs(outputs, tickets.length, stage.name, plugin);
    // Every frame is charged what the batch took: that is how long it waited for its answer.
    const total = performance.now() - batch.began;
    const preprocess = Math.min(batch.stopwatch.elapsed, total);
    for (let i = 0; i < tickets.length; i++) {
      const ticket = tickets[i] as Ticket;
      const queue = Math.max(0, batch.began - ticket.since);
      ticket.call.ms = { queue, preprocess, compute: total - preprocess };
      settle(ticket, checkedOutput(listed[i], ticket, stage.name, plugin));
    }
    return undefined;
  } catch (cause) {
    return attributeStage(cause, plugin, stage.name);
  }
}

/**
 * Outputs that break the contract, and engines that fail, are told as they are: another try would hide them. A worker
 * that died may have died of one frame.
 */
const isFinal = ({ code }: SvError) =>
  code === 'SV_STAGE_OUTPUT' || (code.startsWith('SV_ENGINE_') && code !== 'SV_ENGINE_WORKER');
const isPicture = ({ code }: SvError) => code.startsWith('SV_IMAGE_');

function settle(ticket: Ticket, said: StageOutput | SvError): void {
  if (ticket.done) return;
  ticket.done = true;
  if (said instanceof Error) ticket.reject(said);
  else ticket.resolve(said);
}

function stageContext(tickets: readonly Ticket[], stop: Stop, context: BatchContext): StageContext {
  return withSignal({
    task: context.task,
    log: context.log,
    stack: context.stack,
    stop,
    deadline: tickets.reduce((latest, { call }) => Math.max(latest, call.deadline), 0),
    evidence: tickets.map(({ call }) => call.evidence),
  });
}

function checkedOutput(output: unknown, { call }: Ticket, stage: string, plugin: string): StageOutput | SvError {
  if (typeof output !== 'object' || output === null) {
    return badOutput(`${String(output)} for \`${call.frame.id}\``, stage, plugin);
  }
  const problem = problemOf(output);
  return problem === undefined
    ? (output as StageOutput)
    : badOutput(`${problem} for \`${call.frame.id}\``, stage, plugin);
}

function countedOutputs(outputs: unknown, frames: number, stage: string, plugin: string): readonly unknown[] {
  if (!Array.isArray(outputs)) throw badOutput(`${typeof outputs} instead of an array`, stage, plugin);
  if (outputs.length !== frames) throw badOutput(`${outputs.length} outputs for ${frames} frames`, stage, plugin);
  return outputs;
}

const badOutput = (got: string, stage: string, plugin: string) =>
  new SvError('SV_STAGE_OUTPUT', `[${plugin} › ${stage}] returned ${got}.`, {
    where: { plugin, stage },
    fix: 'A stage returns one output per frame, in order, each with a score in [0, 1].',
  });
