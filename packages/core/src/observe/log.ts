import pino, { type DestinationStream, type Level } from 'pino';
import type { Logger } from '../types/index.js';

export interface LogOptions {
  /** @default `$SV_LOG`, or 'info' */
  readonly level?: Level | 'silent';
  /** Where lines go. @default standard error, so that results on standard output stay clean */
  readonly stream?: DestinationStream;
}

/** Fields that never leave the process. */
const SECRET_FIELDS = ['token', 'apiKey', 'authorization', 'password', 'mnemonic', 'seed', 'secret'];

/** Structured logs, one JSON object a line. */
export function createLogger(options: LogOptions = {}): Logger {
  const level = options.level ?? (process.env.SV_LOG as Level | undefined) ?? 'info';
  const redact = { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[secret]' };
  const log = pino({ base: null, level, redact }, options.stream ?? pino.destination({ dest: 2, sync: true }));
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}

/** Says nothing. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
