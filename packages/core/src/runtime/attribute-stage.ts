import { isSvError, SvError } from '../errors/sv-error.js';

/** A failure with the names of stage and plugin on it. Pictures and engines keep their own code. */
export function attributeStage(cause: unknown, plugin: string, stage: string): SvError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isSvError(cause)) {
    if (cause.where.stage) return cause;
    const picture = cause.code.startsWith('SV_IMAGE_');
    return new SvError(cause.code, picture ? message : `[${plugin} › ${stage}] ${message}`, {
      where: { ...cause.where, plugin, stage },
      cause,
    });
  }
  return new SvError('SV_STAGE_FAILED', `[${plugin} › ${stage}] ${message}`, { where: { plugin, stage }, cause });
}
