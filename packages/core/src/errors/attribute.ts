import type { ErrorCode } from './codes.js';
import { isSvError, SvError, type Where } from './sv-error.js';

/**
 * The same failure with the name of who failed in front. A code of ours stays, and with it what to do; anything else
 * gets `fallback`.
 *
 * @param label `plugin › hook`
 */
export function attributed(cause: unknown, label: string, where: Where, fallback: ErrorCode): SvError {
  if (!isSvError(cause)) {
    return new SvError(fallback, `[${label}] ${messageOf(cause)}`, { where, cause });
  }
  const { code, fix, retryAfterMs } = cause;
  return new SvError(code, `[${label}] ${withoutFix(cause)}`, {
    where: { ...cause.where, ...where },
    cause,
    ...(fix === undefined ? {} : { fix }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The message alone, where the fix is shown apart. */
export function withoutFix({ message, fix }: { readonly message: string; readonly fix?: string | undefined }): string {
  return fix && message.endsWith(fix) ? message.slice(0, -fix.length).trimEnd() : message;
}

/** What was thrown, in words. Anything may be thrown, also what cannot be made a text. */
export function messageOf(cause: unknown): string {
  if (cause instanceof Error && typeof cause.message === 'string') return cause.message;
  try {
    return String(cause);
  } catch {
    return 'something was thrown that cannot be shown as text';
  }
}
