import { SvError } from '../../errors/sv-error.js';
import type { Opened, Tensors } from './protocol.js';
import type { Thread } from './thread.js';

/** Threads with the same model open; runs wait in order of arrival. */
export interface ThreadPool {
  /** What the first thread says of the model. */
  readonly opened: Promise<Opened>;
  run(feeds: Tensors, outputs: readonly string[] | undefined, signal: AbortSignal | undefined): Promise<Tensors>;
  /** Refuses what waits, lets running ones finish, then ends the threads. */
  close(): Promise<void>;
}

interface Job {
  readonly feeds: Tensors;
  readonly outputs: readonly string[] | undefined;
  resolve(outputs: Tensors): void;
  reject(error: unknown): void;
}

/**
 * Starts `size` threads at once.
 * @param warn told when a thread could not be replaced and the pool goes on with fewer
 */
export function createThreadPool(size: number, start: () => Thread, warn: (error: unknown) => void): ThreadPool {
  const idle: Thread[] = [];
  const threads = new Set<Thread>();
  const running = new Set<Promise<unknown>>();
  let queue: Job[] = [];
  let capacity = size;
  let closing: Promise<void> | undefined;

  const add = (): Promise<Opened> => {
    const thread = start();
    threads.add(thread);
    void thread.gone.then(() => {
      threads.delete(thread);
      const at = idle.indexOf(thread);
      if (at >= 0) idle.splice(at, 1);
    });
    return thread.opened.then(
      (opened) => {
        idle.push(thread);
        dispatch();
        return opened;
      },
      (error) => {
        threads.delete(thread);
        throw error;
      },
    );
  };

  // A thread that died is replaced when a run needs it. If that fails, waiting runs are told, or left to the others.
  const replace = (): void => {
    add().catch((error) => {
      if (closing) return;
      if (threads.size > 0) {
        capacity = threads.size;
        warn(error);
      } else for (const job of queue.splice(0)) job.reject(error);
    });
  };

  const dispatch = (): void => {
    while (queue.length > 0 && !closing) {
      const thread = idle.pop();
      if (!thread) break;
      if (!thread.alive) continue;
      const job = queue.shift() as Job;
      const run = thread.run(job.feeds, job.outputs).then(job.resolve, job.reject);
      running.add(run);
      void run.then(() => {
        running.delete(run);
        if (thread.alive) idle.push(thread);
        dispatch();
      });
    }
    if (queue.length > 0 && !closing && threads.size < Math.max(1, capacity)) replace();
  };

  const end = async (): Promise<void> => {
    for (const job of queue.splice(0)) job.reject(closed());
    await Promise.all(running);
    await Promise.all([...threads].map((thread) => thread.opened.then(thread.stop, () => thread.gone)));
  };

  const starting = Array.from({ length: size }, add);
  // Each failure is reported once, through `opened` or through `warn`.
  const opened = Promise.any(starting).catch((error: AggregateError) => {
    throw error.errors[0];
  });
  for (const started of starting) {
    started.catch((error) =>
      opened.then(
        () => {
          capacity = Math.max(1, threads.size);
          if (!closing) warn(error);
        },
        () => {},
      ),
    );
  }

  return {
    opened,
    async run(feeds, outputs, signal) {
      signal?.throwIfAborted();
      if (closing) throw closed();
      return new Promise((resolve, reject) => {
        const job: Job = {
          feeds,
          outputs,
          resolve: (value) => settle(() => resolve(value)),
          reject: (error) => settle(() => reject(error)),
        };
        // What runs cannot be stopped: its thread stays busy, its result is dropped.
        const abort = (): void => {
          queue = queue.filter((other) => other !== job);
          job.reject(signal?.reason);
        };
        const settle = (then: () => void): void => {
          signal?.removeEventListener('abort', abort);
          then();
        };
        signal?.addEventListener('abort', abort, { once: true });
        queue.push(job);
        dispatch();
      });
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}

function closed(): SvError {
  return new SvError('SV_ENGINE_CLOSED', 'The session was closed before the run started.', {
    fix: 'Close a session only after its last run.',
  });
}
