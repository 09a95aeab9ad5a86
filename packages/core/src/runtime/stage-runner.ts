import type { Asked } from '../cascade/plan.js';
import { abort, createStop } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';
import type { Stage, StageOutput } from '../types/index.js';
import { type Batch, type BatchContext, runBatch, type Ticket } from './batch.js';
import { createStopwatch } from './stopwatch.js';

/** A loaded stage: takes calls one by one and runs them in batches. */
export interface StageRunner {
  /** Notes on the call what it took, and how to give it up. */
  ask(call: Asked): Promise<StageOutput>;
  /** Some run has not come back. */
  busy(): boolean;
  close(reason: SvError): void;
}

/** Runs that were given up and never came back. More of them and the stage is taken for broken. */
const MAX_HANGING = 4;

/** Weight of the newest batch in the running mean of batch times. */
const SMOOTHING = 0.2;

/**
 * Micro-batching: whoever waits when a place becomes free goes together, up to `maxBatch`; a lone frame waits up to
 * `maxDelayMs` for company, but never so long that it would be late.
 */
export function createStageRunner(stage: Stage, state: unknown, parallel: number, context: BatchContext): StageRunner {
  const maxBatch = stage.maxBatch ?? 1;
  const maxDelayMs = maxBatch > 1 ? (stage.maxDelayMs ?? 0) : 0;
  let queue: Ticket[] = [];
  let running = 0;
  let hanging = 0;
  let meanMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const pump = () => {
    clearTimeout(timer);
    timer = undefined;
    while (queue.length > 0 && running < parallel) {
      const wait = patience(queue, maxBatch, maxDelayMs, meanMs);
      if (wait > 0) {
        timer = setTimeout(pump, wait);
        return;
      }
      const next = queue.length <= maxBatch ? queue : queue.slice(0, maxBatch);
      queue = queue.slice(next.length);
      run(next);
    }
  };

  const run = (next: Ticket[]) => {
    running++;
    const batch: Batch = {
      tickets: next,
      stop: createStop(),
      began: performance.now(),
      stopwatch: createStopwatch(),
    };
    for (const ticket of next) ticket.batch = batch;
    runBatch(stage, state, batch, context).then(() => ended(batch));
  };

  const ended = (batch: Batch) => {
    if (batch.stop.aborted) {
      hanging--;
      return;
    }
    const ms = performance.now() - batch.began;
    meanMs = meanMs === 0 ? ms : meanMs + SMOOTHING * (ms - meanMs);
    running--;
    pump();
  };

  const giveUp = (ticket: Ticket, reason: unknown) => {
    if (ticket.done) return;
    ticket.done = true;
    ticket.reject(reason);
    const { batch } = ticket;
    if (!batch) {
      queue = queue.filter((other) => other !== ticket);
      return;
    }
    if (batch.tickets.some((other) => !other.done)) return;
    // A batch that everyone has left gives its place back at once: a hanging model must not hold up the next frame.
    abort(batch.stop, reason);
    hanging++;
    running--;
    pump();
  };

  return {
    ask(call) {
      if (call.stop.aborted) return Promise.reject(call.stop.reason);
      if (hanging >= MAX_HANGING) return Promise.reject(broken(stage.name, context.plugin));
      return new Promise((resolve, reject) => {
        const ticket: Ticket = { call, since: performance.now(), resolve, reject, batch: undefined, done: false };
        call.model = { giveUp: (reason) => giveUp(ticket, reason) };
        queue.push(ticket);
        pump();
      });
    },
    busy: () => running + hanging > 0,
    close(reason) {
      clearTimeout(timer);
      for (const ticket of queue) ticket.reject(reason);
      queue = [];
    },
  };
}

/** How long the queue may still wait for company, in milliseconds. */
function patience(queue: readonly Ticket[], maxBatch: number, maxDelayMs: number, meanMs: number): number {
  if (maxDelayMs === 0 || queue.length >= maxBatch) return 0;
  const { since } = queue[0] as Ticket;
  let start = since + maxDelayMs;
  // At least half of the time is the model's, and all that it is known to take.
  for (const { call } of queue) {
    if (call.deadline < Number.POSITIVE_INFINITY) {
      start = Math.min(start, call.deadline - Math.max(meanMs, (call.deadline - since) / 2));
    }
  }
  return start - performance.now();
}

const broken = (stage: string, plugin: string) =>
  new SvError(
    'SV_STAGE_FAILED',
    `[${plugin} › ${stage}] hangs: ${MAX_HANGING} runs were given up and never returned.`,
    {
      where: { plugin, stage },
      fix: 'Let the stage end when ctx.signal is aborted; restart to get it back.',
    },
  );
