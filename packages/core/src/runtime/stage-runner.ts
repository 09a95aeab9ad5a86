import type { StageAnswer } from '../cascade/plan.js';
import { SvError } from '../errors/sv-error.js';
import type { RunContext, Stage, StageCall } from '../types/index.js';
import { type BatchContext, runBatch, type Ticket } from './batch.js';

/** A loaded stage: takes calls one by one and runs them in batches. */
export interface StageRunner {
  ask(call: StageCall, ctx: RunContext): Promise<StageAnswer>;
  /** Nobody waits for this call any more. */
  giveUp(call: StageCall, reason: unknown): void;
  close(reason: SvError): void;
}

/** Runs that were given up and never came back. More of them and the stage is taken for broken. */
const MAX_HANGING = 16;

/**
 * Micro-batching: whoever waits when a place becomes free goes together, up to `maxBatch`; a lone frame waits up to
 * `maxDelayMs` for company, but never so long that it would be late.
 */
export function createStageRunner(stage: Stage, state: unknown, parallel: number, context: BatchContext): StageRunner {
  const maxBatch = stage.maxBatch ?? 1;
  const maxDelayMs = maxBatch > 1 ? (stage.maxDelayMs ?? 0) : 0;
  const queue: Ticket[] = [];
  const tickets = new Map<StageCall, Ticket>();
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
      start(queue.splice(0, maxBatch));
    }
  };

  const start = (batch: Ticket[]) => {
    running++;
    const began = performance.now();
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      running--;
      pump();
    };
    // A batch that everyone has left gives its place back at once: a hanging model must not hold up the next frame.
    const onAbandoned = () => {
      hanging++;
      release();
    };
    const { done, abandoned } = runBatch(stage, state, batch, context, onAbandoned);
    done.finally(() => {
      if (abandoned()) hanging--;
      else meanMs = meanMs === 0 ? performance.now() - began : 0.8 * meanMs + 0.2 * (performance.now() - began);
      release();
    });
  };

  return {
    ask: (call, ctx) =>
      new Promise((resolve, reject) => {
        if (hanging >= MAX_HANGING) return reject(broken(stage.name, context.plugin));
        const settle = () => tickets.delete(call);
        const ticket: Ticket = {
          call,
          ctx,
          since: performance.now(),
          gone: false,
          resolve: (answer) => {
            settle();
            resolve(answer);
          },
          reject: (reason) => {
            settle();
            reject(reason);
          },
        };
        tickets.set(call, ticket);
        queue.push(ticket);
        pump();
      }),
    giveUp(call, reason) {
      const ticket = tickets.get(call);
      if (!ticket) return;
      ticket.gone = true;
      const place = queue.indexOf(ticket);
      if (place >= 0) queue.splice(place, 1);
      ticket.reject(reason);
      ticket.leave?.(reason);
    },
    close(reason) {
      clearTimeout(timer);
      for (const ticket of queue.splice(0)) ticket.reject(reason);
    },
  };
}

/** How long the queue may still wait for company, in milliseconds. */
function patience(queue: readonly Ticket[], maxBatch: number, maxDelayMs: number, meanMs: number): number {
  if (maxDelayMs === 0 || queue.length >= maxBatch) return 0;
  const now = performance.now();
  const oldest = queue[0] as Ticket;
  const deadline = queue.reduce(
    (earliest, ticket) => Math.min(earliest, ticket.ctx.deadline),
    Number.POSITIVE_INFINITY,
  );
  return Math.min(oldest.since + maxDelayMs, deadline - meanMs) - now;
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
