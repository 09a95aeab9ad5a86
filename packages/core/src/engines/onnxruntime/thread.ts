import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SvError } from '../../errors/sv-error.js';
import { buffers } from '../../frames/buffer-pool.js';
import { pack } from './feeds.js';
import { createFlags, holdExit } from './native-guard.js';
import type { Opened, OpenFailure, Opening, Reply, Request, Tensors, WorkerData } from './protocol.js';
import { providerError } from './providers.js';

/** A worker thread with one open model. */
export interface Thread {
  /** Rejects with `SV_ENGINE_PROVIDER`, `SV_ENGINE_MODEL` or `SV_ENGINE_WORKER`. */
  readonly opened: Promise<Opened>;
  /** Resolves when the thread is gone, however it went. */
  readonly gone: Promise<void>;
  readonly alive: boolean;
  /** One run at a time. Rejects with `SV_ENGINE_RUN`, or `SV_ENGINE_WORKER` when the thread dies. */
  run(feeds: Tensors, outputs: readonly string[] | undefined): Promise<Tensors>;
  /** Only between runs. */
  stop(): Promise<void>;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Starts a thread that opens the model. Between runs it does not keep the process alive. */
export function startThread(opening: Opening): Thread {
  const flags = createFlags();
  const worker = startWorker({ opening, flags });
  const letGo = holdExit(flags);
  let alive = true;
  let crash: unknown;
  let waitsForOpen: Waiting<Opened> | undefined;
  let waitsForRun: Waiting<Tensors> | undefined;
  let released: (() => void) | undefined;

  const opened = new Promise<Opened>((resolve, reject) => {
    waitsForOpen = { resolve, reject };
  });
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  const settleRun = (spent: readonly Float32Array[]): Waiting<Tensors> | undefined => {
    for (const data of spent) buffers.release(data);
    const run = waitsForRun;
    waitsForRun = undefined;
    worker.unref();
    return run;
  };

  worker.on('message', (reply: Reply) => {
    if (reply.is === 'opened') {
      worker.unref();
      waitsForOpen?.resolve(reply.opened);
    } else if (reply.is === 'failed') {
      waitsForOpen?.reject(openError(opening, reply.failure));
      void worker.terminate();
    } else if (reply.is === 'done') settleRun(reply.spent)?.resolve(reply.outputs);
    else if (reply.is === 'error') settleRun(reply.spent)?.reject(runError(reply.message));
    else released?.();
  });
  worker.once('error', (error) => {
    crash = error;
  });
  worker.once('exit', (code) => {
    alive = false;
    letGo();
    const why = crash instanceof Error ? crash.message : `it exited with code ${code}`;
    const died = (how: string, fix: string) =>
      new SvError('SV_ENGINE_WORKER', `A worker thread of the engine ${how}: ${why}.`, { fix, cause: crash });
    waitsForOpen?.reject(died('could not start', 'See `sv doctor` for what onnxruntime-node needs on this machine.'));
    waitsForRun?.reject(died('died during a run', 'The next run gets a new one; repeat this one.'));
    released?.();
  });

  return {
    opened,
    gone,
    get alive() {
      return alive;
    },
    run(feeds, outputs) {
      return new Promise((resolve, reject) => {
        waitsForRun = { resolve, reject };
        worker.ref();
        try {
          send(worker, feeds, outputs);
        } catch (error) {
          settleRun([])?.reject(error);
        }
      });
    },
    async stop() {
      if (!alive) return;
      worker.ref();
      // The session goes first: a thread that is torn down with an open one has crashed processes.
      await new Promise<void>((resolve) => {
        released = resolve;
        worker.postMessage({ do: 'release' } satisfies Request);
      });
      if (alive) await worker.terminate();
    },
  };
}

function send(worker: Worker, feeds: Tensors, outputs: readonly string[] | undefined): void {
  const first = pack(feeds);
  try {
    worker.postMessage({ do: 'run', feeds: first.feeds, outputs } satisfies Request, first.transfer);
  } catch (error) {
    // Some buffers refuse to move, such as WebAssembly memory: send copies.
    if (!(error instanceof DOMException && error.name === 'DataCloneError')) throw error;
    const copy = pack(feeds, true);
    worker.postMessage({ do: 'run', feeds: copy.feeds, outputs } satisfies Request, copy.transfer);
  }
}

function startWorker(workerData: WorkerData): Worker {
  const options = { workerData, execArgv: [], name: 'sv-onnxruntime' };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  // In this project's own sources the worker is TypeScript, which Node 20 cannot load by itself.
  const jiti = JSON.stringify(createRequire(import.meta.url).resolve('jiti'));
  const entry = JSON.stringify(fileURLToPath(new URL('./worker.ts', import.meta.url)));
  return new Worker(`require(${jiti}).createJiti(${entry}).import(${entry})`, { ...options, eval: true });
}

function openError({ model }: Opening, failure: OpenFailure): SvError {
  if (failure.kind === 'provider') return providerError(failure.lost, failure.offered);
  const what = typeof model === 'string' ? model : 'the model';
  return new SvError(
    'SV_ENGINE_MODEL',
    `onnxruntime could not open ${what}: ${failure.message}.`.replace(/\.+$/, '.'),
    {
      fix: 'It must be a complete ONNX file of a supported opset, with its external data files beside it.',
    },
  );
}

function runError(message: string): SvError {
  return new SvError('SV_ENGINE_RUN', `onnxruntime failed while running the graph: ${message}`);
}
