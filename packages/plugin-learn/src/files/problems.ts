import { SvError } from '@streetvision/core';

/** `SV_OUTPUT_WRITE`, with what the system said. */
export const notWritten = (path: string, cause: unknown): SvError =>
  new SvError('SV_OUTPUT_WRITE', `${path} could not be written: ${(cause as Error).message}.`, {
    fix: 'Check the disk and the folder, or name another file.',
    cause,
  });

/** Whether the system said that something is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
