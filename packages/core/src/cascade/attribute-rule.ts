import { attributed } from '../errors/attribute.js';
import { isSvError, type SvError } from '../errors/sv-error.js';

/** Names the step whose rule failed. @param where `cascade[1]` */
export function attributeRule(cause: unknown, where: string, field: 'fuse' | 'exit' | 'when'): SvError {
  return isSvError(cause) ? cause : attributed(cause, `${where}.${field}`, { hook: field }, 'SV_HOOK_FAILED');
}
