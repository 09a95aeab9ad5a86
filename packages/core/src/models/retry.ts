import { setTimeout as sleep } from 'node:timers/promises';
import { isSvError, SvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';

export interface RetryOptions {
  /** For the message. */
  readonly asked: { readonly label: string };
  /** Tries after the first one that may fail in a row. */
  readonly retries: number;
  /** Pause before the first of them; doubles each time, up to 30 s. */
  readonly backoffMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly log: Logger;
}

const MAX_PAUSE_MS = 30_000;

/**
 * Tries again after network failures and answers that may pass; everything else is thrown at once. An attempt that
 * got further than all before it says so with `advanced`, and the count of failures starts anew.
 */
export async function withRetries<T>(options: RetryOptions, attempt: (advanced: () => void) => Promise<T>): Promise<T> {
  const { retries, backoffMs, signal, log, asked } = options;
  for (let failures = 0; ; ) {
    try {
      return await attempt(() => {
        failures = 0;
      });
    } catch (error) {
      if (signal?.aborted || !mayPass(error)) throw error;
      failures++;
      if (failures > retries) {
        throw new SvError(
          'SV_MODEL_DOWNLOAD',
          `${asked.label} could not be downloaded in ${failures} tries: ${reason(error)}`,
          {
            fix: 'What arrived is kept, and the next try goes on from there. Check the network.',
            cause: error,
          },
        );
      }
      const pause = Math.min(backoffMs * 2 ** (failures - 1), MAX_PAUSE_MS) * (0.75 + Math.random() / 2);
      const ms = Math.max(pause, (isSvError(error) && error.retryAfterMs) || 0);
      log.debug('download interrupted, trying again', {
        what: asked.label,
        reason: reason(error),
        inMs: Math.round(ms),
      });
      await sleep(ms, undefined, signal ? { signal } : {});
    }
  }
}

/** A network failure, or an answer marked with `retryAfterMs`. What the disk refused has its own code by now. */
function mayPass(error: unknown): boolean {
  return !isSvError(error) || error.retryAfterMs !== undefined;
}

/** undici says `fetch failed` and hides why in the cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return `${'code' in cause ? `${cause.code}: ` : ''}${cause.message}.`;
  if (!(error instanceof Error)) return String(error);
  return error.message.endsWith('.') ? error.message : `${error.message}.`;
}
