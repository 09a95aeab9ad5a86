import { rename, writeFile } from 'node:fs/promises';
import type { Stack } from '@streetvision/core';

/** Writes a `stack.json`, whole or not at all. */
export async function writeStack(path: string, stack: Stack): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, `${JSON.stringify(stack, null, 2)}\n`);
  await rename(unfinished, path);
}
