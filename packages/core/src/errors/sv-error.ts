import { docsUrl, ERRORS, type ErrorCode } from './codes.js';

/** Whose failure it is. */
export interface Where {
  readonly plugin?: string;
  readonly hook?: string;
  readonly stage?: string;
}

export interface SvErrorOptions {
  readonly where?: Where;
  /** What to do now, in one sentence or one command. */
  readonly fix?: string;
  /** For `SV_OVERLOADED`: when to come back. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * The one error class. `code` is stable and documented; `message` says what was received and what was expected,
 * and ends with what to do.
 */
export class SvError extends Error {
  override readonly name = 'SvError';
  readonly code: ErrorCode;
  readonly where: Where;
  readonly fix: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: SvErrorOptions = {}) {
    super(
      options.fix ? `${message} ${options.fix}` : message,
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    this.where = options.where ?? {};
    this.fix = options.fix;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The page that explains the code. */
  get docs(): string {
    return docsUrl(this.code);
  }

  toJSON(): { code: ErrorCode; message: string; where: Where } {
    return { code: this.code, message: this.message, where: this.where };
  }
}

/** Errors cross plugins that may bundle their own copy of core: the form decides, not the class. */
export function isSvError(error: unknown): error is SvError {
  if (!(error instanceof Error) || !('code' in error) || !('where' in error)) return false;
  const { code, where } = error;
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) && typeof where === 'object' && where !== null;
}
