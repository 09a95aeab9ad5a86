import { attributed } from '../errors/attribute.js';
import { isSvError, type SvError } from '../errors/sv-error.js';

/** A failure with the names of stage and plugin on it. A broken picture is nobody's fault and keeps its own message. */
export function attributeStage(cause: unknown, plugin: string, stage: string): SvError {
  if (isSvError(cause) && (cause.where.stage || cause.code.startsWith('SV_IMAGE_'))) return cause;
  return attributed(cause, `${plugin} › ${stage}`, { plugin, stage }, 'SV_STAGE_FAILED');
}
