import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { notWritten } from './problems.js';
import { sweep } from './sweep.js';

/** Writes a file whole or not at all, and makes its folder. Throws `SV_OUTPUT_WRITE`. */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  // A link stays a link; a pipe or a device is written to, not replaced.
  const file = await realpath(path).catch(() => path);
  const there = await stat(file).catch(() => undefined);
  if (there && !there.isFile() && !there.isDirectory()) {
    return writeFile(file, content).catch((cause) => {
      throw notWritten(path, cause);
    });
  }
  await put(file, content);
  const own = `${basename(file)}.`;
  await sweep(dirname(file), (name) => name.startsWith(own) && isUnfinished(name));
}

/** JSON as all commands write it: indented by two, a line feed at the end. Throws `SV_OUTPUT_WRITE`. */
export const writeJson = (file: string, value: unknown): Promise<void> => writeFileWhole(file, jsonText(value));

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** As `writeFileWhole`, for one of very many files: does not look for what a killed process left beside it. */
export async function put(file: string, content: string | Uint8Array): Promise<void> {
  const part = join(dirname(file), `${basename(file)}.${randomUUID()}.part`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, content);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw notWritten(file, cause);
  }
}

/** Whether a name is that of a file that is being written, or was when its process was killed. */
export const isUnfinished = (name: string): boolean => /\.(\d+|[\da-f-]{36})\.(part|tmp)$/.test(name);
