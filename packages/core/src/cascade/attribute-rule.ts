import { isSvError, SvError } from '../errors/sv-error.js';

/** Names the step whose rule failed. @param where `cascade[1]` */
export function attributeRule(cause: unknown, where: string, field: 'fuse' | 'exit' | 'when'): SvError {
  if (isSvError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SvError('SV_HOOK_FAILED', `[${where}.${field}] ${message}`, { where: { hook: field }, cause });
}
