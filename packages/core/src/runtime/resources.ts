import { resolve } from 'node:path';
import type { ResolvedConfig } from '../config/resolve.js';
import { createOnnxRuntimeEngine } from '../engines/index.js';
import { openSession } from '../engines/registry.js';
import { defaultCacheFolder } from '../models/cache-folder.js';
import { createModelStore, type ModelProgress } from '../models/index.js';
import type { LoadContext, Logger, Plugin, Session } from '../types/index.js';
import { closeReported } from './closing.js';
import { cacheFolder } from './load.js';

/** What stages load from: the model store, the engines, the cache. */
export interface Resources {
  /** @param signal gives the loading up, besides the runtime's own */
  load(signal: AbortSignal): LoadContext;
  /** Closes every session that is still open, then the engines. */
  close(): Promise<void>;
}

export function createResources(
  config: Pick<ResolvedConfig, 'task' | 'models' | 'engine' | 'dir'>,
  plugins: readonly Plugin[],
  log: Logger,
  onDownload?: (progress: ModelProgress) => void,
  fetch?: typeof globalThis.fetch,
): Resources {
  const { cache, lock, offline, endpoint } = config.models;
  const root = cache === undefined ? defaultCacheFolder() : resolve(config.dir, cache);
  const store = createModelStore({
    cache: root,
    lock: resolve(config.dir, lock ?? 'sv.lock'),
    dir: config.dir,
    log,
    onProgress: onDownload,
    endpoint,
    fetch,
    ...(offline === undefined ? {} : { offline }),
  });
  const engines = [createOnnxRuntimeEngine({ log }), ...plugins.flatMap((plugin) => plugin.engines ?? [])];
  const sessions = new Set<Session>();

  return {
    load: (signal) => ({
      task: config.task,
      signal,
      log,
      model: (ref) => store.get(ref, { signal }),
      async open(path, options) {
        const session = await openSession(engines, { ...config.engine, ...options }, path);
        sessions.add(session);
        return session;
      },
      cacheDir: (name) => cacheFolder(root, name),
    }),
    async close() {
      for (const session of sessions) await closeReported('Closing a session', log, () => session.close());
      for (const engine of engines) await closeReported(`Closing engine ${engine.name}`, log, () => engine.close?.());
    },
  };
}
