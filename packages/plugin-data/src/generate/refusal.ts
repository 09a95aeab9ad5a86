import { isSvError, SvError } from '@streetvision/core';

const SAFETY = /nsfw|safety|moderat|content polic|not allowed|prohibited/i;

/** The error for a generator that will not make this picture, and would not if it were asked again. */
export const refusal = (name: string, said: string): SvError =>
  new SvError('SV_GENERATOR', `${name} refused the prompt: ${said}`, { cause: { refused: true } });

/** Whether a generator refused, rather than failed. */
export const isRefusal = (error: unknown): boolean =>
  isSvError(error) && typeof error.cause === 'object' && error.cause !== null && 'refused' in error.cause;

/** Whether an error says that a request never left this machine. */
export const isUnsent = (error: unknown): boolean => {
  const cause = isSvError(error) ? error.cause : error;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error && 'code' in inner && UNSENT.has(String(inner.code));
};

/** What a connection fails with before anything is sent over it. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether the text of an answer speaks of a filter. */
export const speaksOfSafety = (text: string): boolean => SAFETY.test(text);
