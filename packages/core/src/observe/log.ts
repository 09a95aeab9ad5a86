import pino, { type DestinationStream, type Level } from 'pino';
import type { Logger } from '../types/index.js';

export interface LogOptions {
  /** @default `$SV_LOG` where that is a level, or 'info' */
  readonly level?: Level | 'silent';
  /** Where lines go. @default standard error, so that results on standard output stay clean */
  readonly stream?: DestinationStream;
}

/** Fields that never leave the process. */
const SECRET_FIELDS = ['token', 'apiKey', 'authorization', 'password', 'mnemonic', 'seed', 'secret'];

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const isLevel = (text: string | undefined): text is Level | 'silent' => LEVELS.includes(text ?? '');

/** Structured logs, one JSON object a line. */
export function createLogger(options: LogOptions = {}): Logger {
  const asked = process.env.SV_LOG || undefined;
  const level = options.level ?? (isLevel(asked) ? asked : 'info');
  const redact = { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[secret]' };
  const log = pino({ base: null, level, redact }, options.stream ?? pino.destination({ dest: 2, sync: true }));
  // A library does not fail over a variable of the environment.
  if (options.level === undefined && level !== asked && asked !== undefined) {
    log.warn({}, `SV_LOG is \`${asked}\`, expected one of ${LEVELS.join(', ')}; going on with info.`);
  }
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}

/** Says nothing. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
