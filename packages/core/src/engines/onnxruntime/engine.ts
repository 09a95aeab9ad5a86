import { stat } from 'node:fs/promises';
import { SvError } from '../../errors/sv-error.js';
import type { Engine, Logger, Session } from '../../types/index.js';
import { checkFeeds, checkOutputs } from './feeds.js';
import { readOptionalInputs, withDefaults } from './optional-inputs.js';
import { planSessions } from './options.js';
import { createThreadPool } from './pool.js';
import type { Opening } from './protocol.js';
import { providerFix } from './providers.js';
import { startThread } from './thread.js';

export interface OnnxRuntimeEngineOptions {
  /** Told when a provider fell back to the CPU, or a worker could not be replaced. @default nobody */
  readonly log?: Pick<Logger, 'warn'>;
}

/**
 * The engine that runs ONNX graphs in this process, each model in its own worker threads, so that the event loop
 * stays free. A running graph cannot be stopped: an aborted run rejects at once and its result is dropped.
 * @example
 * const engine = createOnnxRuntimeEngine();
 * const session = await engine.open('model.onnx', { profile: 'latency' });
 * const x = { type: 'float32', data: new Float32Array(3 * 224 * 224), dims: [1, 3, 224, 224] } as const;
 * const { logits } = await session.run({ x });
 * await session.close();
 */
export function createOnnxRuntimeEngine({ log }: OnnxRuntimeEngineOptions = {}): Engine<'onnxruntime'> & {
  close(): Promise<void>;
} {
  const sessions = new Set<Session>();
  return {
    name: 'onnxruntime',
    async open(path, options) {
      const { workers, providers, sessionOptions } = planSessions(options);
      await checkFile(path);
      const optional = await readOptionalInputs(path);
      const opening = { model: optional?.model ?? path, providers, sessionOptions };
      checkPlain(opening);
      const pool = createThreadPool(
        workers,
        () => startThread(opening),
        (error) => log?.warn('a worker of the engine could not be started; the others go on', { path, error }),
      );
      const opened = await pool.opened;
      for (const { name, reason } of opened.lost) {
        const fix = providerFix(name, opened.offered);
        log?.warn(`${name} did not load, falling back to ${opened.providers.join(', ')}`, { path, reason, fix });
      }
      const defaults = optional?.defaults ?? {};
      const inputs = opened.inputs.map((info) => (info.name in defaults ? { ...info, optional: true as const } : info));
      const session: Session = {
        inputs,
        outputs: opened.outputs,
        providers: opened.providers,
        parallel: workers,
        async run(feeds, run = {}) {
          run.signal?.throwIfAborted();
          checkFeeds(inputs, feeds);
          checkOutputs(opened.outputs, run.outputs);
          return pool.run(withDefaults(feeds, defaults), run.outputs, run.signal);
        },
        close() {
          sessions.delete(session);
          return pool.close();
        },
      };
      sessions.add(session);
      return session;
    },
    async close() {
      await Promise.all([...sessions].map((session) => session.close()));
    },
  };
}

function checkPlain(opening: Opening): void {
  try {
    structuredClone(opening);
  } catch (cause) {
    const what = 'engine.providers or engine.sessionOptions hold something that cannot travel to a worker thread';
    throw new SvError('SV_ENGINE_OPTIONS', `${what}: ${String(cause)}`, { fix: 'Give plain values only.', cause });
  }
}

async function checkFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new SvError('SV_ENGINE_MODEL', `The model file ${path} cannot be read: ${why}.`, { cause });
  });
  if (!stats.isFile()) {
    throw new SvError('SV_ENGINE_MODEL', `${path} is a folder, expected a model file.`, {
      fix: 'Name the .onnx file in it.',
    });
  }
}
