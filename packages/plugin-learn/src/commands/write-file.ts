import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SvError } from '@streetvision/core';

/** Writes a file whole or not at all. Throws `SV_OUTPUT_WRITE`. */
export async function writeFileWhole(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, content);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw new SvError('SV_OUTPUT_WRITE', `${file} could not be written: ${(cause as Error).message}.`, {
      fix: 'Check the disk and the folder, or name another file.',
      cause,
    });
  }
}
