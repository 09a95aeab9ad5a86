import { isSvError } from '../../errors/sv-error.js';
import type { CheckGroup } from './check.js';

/** What became of one check. */
export interface CheckOutcome {
  readonly group: string;
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped or failed. */
  readonly reason?: string;
  readonly fix?: string;
  readonly code?: string;
}

/** Runs checks one after the other, without a test runner. Never throws for what a check finds. */
export async function* runChecks(groups: readonly CheckGroup[]): AsyncGenerator<CheckOutcome> {
  for (const { title: group, checks } of groups) {
    let unloadable: string | undefined;
    for (const { title, skip, run } of checks) {
      const reason = skip ?? unloadable;
      if (reason !== undefined) {
        yield { group, title, status: 'skipped', reason };
        continue;
      }
      try {
        await run();
        yield { group, title, status: 'passed' };
      } catch (error) {
        if (title === 'loads') unloadable = 'the stage did not load';
        yield { group, title, status: 'failed', ...failure(error) };
      }
    }
  }
}

function failure(error: unknown): Pick<CheckOutcome, 'reason' | 'fix' | 'code'> {
  if (!isSvError(error)) return { reason: error instanceof Error ? error.message : String(error) };
  const { code, message, fix } = error;
  if (!fix) return { code, reason: message };
  // The message ends with the fix, which is shown apart.
  return { code, fix, reason: message.endsWith(fix) ? message.slice(0, -fix.length).trim() : message };
}
