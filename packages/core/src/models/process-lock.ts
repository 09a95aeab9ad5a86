import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../types/log.js';
import { onDisk } from './disk.js';

/** After this long without a sign of life a lock counts as left behind by a killed process. */
const STALE_MS = 5_000;
const MAX_TAKEOVERS = 3;

export interface ProcessLockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger;
}

/**
 * Runs `work` while no other process (and nobody else in this one) holds `path`; waits as long as it takes.
 * `work` starts over where the machine slept so long that another process took the lock.
 */
export async function withProcessLock<T>(
  path: string,
  options: ProcessLockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await onDisk(path, () => mkdir(dirname(path), { recursive: true }));
  for (let takeovers = 0; ; takeovers++) {
    const lost = new AbortController();
    const release = await acquire(path, options, () => lost.abort(new Error('The lock was lost.')));
    try {
      return await work(options.signal ? AbortSignal.any([options.signal, lost.signal]) : lost.signal);
    } catch (error) {
      if (!lost.signal.aborted || options.signal?.aborted || takeovers === MAX_TAKEOVERS) throw error;
      options.log?.debug('lock was lost, waiting for it again', { path });
    } finally {
      if (!lost.signal.aborted) await release();
    }
  }
}

/** Whether a living process holds `path`. */
export async function isHeld(path: string): Promise<boolean> {
  const { check } = await lockfile();
  return check(path, { realpath: false, stale: STALE_MS });
}

async function acquire(
  path: string,
  { signal, log }: ProcessLockOptions,
  onLost: () => void,
): Promise<() => Promise<void>> {
  const { lock } = await lockfile();
  for (let waited = 0; ; waited++) {
    signal?.throwIfAborted();
    try {
      return await onDisk(path, () =>
        lock(path, { realpath: false, stale: STALE_MS, update: 1_000, onCompromised: onLost }),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    if (waited === 1) log?.debug('waiting for another download of the same file', { path });
    await sleep(Math.min(50 + waited * 25, 500) * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {});
  }
}

/** Its exit handler makes SIGXFSZ fatal, which Node ignores so that the write fails with EFBIG instead. */
async function lockfile() {
  const loaded = await import('proper-lockfile');
  if (process.platform !== 'win32' && !process.listeners('SIGXFSZ').includes(survive)) process.on('SIGXFSZ', survive);
  return loaded;
}

function survive(): void {}
