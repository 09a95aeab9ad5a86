import { SvError } from '../../errors/sv-error.js';

/** One thing that every plugin must do. */
export interface Check {
  /** Completes «it …». */
  readonly title: string;
  /** Why it does not apply here. */
  readonly skip?: string;
  /** Throws where the plugin does not do it; the message says what was seen, and the fix what to change. */
  run(): void | Promise<void>;
}

/** Checks of one part of a plugin. */
export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** A plugin that breaks the contract. */
export function violation(message: string, fix: string, cause?: unknown): SvError {
  return new SvError('SV_PLUGIN_CONFORMANCE', message, { fix, ...(cause === undefined ? {} : { cause }) });
}

/** Rejects with a violation where `work` takes too long. */
export async function within<T>(ms: number, work: Promise<T>, what: string, fix: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(violation(`${what} did not end within ${ms} ms.`, fix)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a function once, however often it is asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
