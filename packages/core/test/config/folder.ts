import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own with the files in it, gone after the test. Returns its path. */
export async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sv-config-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

/** `CODE: message` of what was thrown, with the folder as `<dir>`. */
export async function failure(root: string, act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    const text = `${(error as { code?: string }).code}: ${(error as Error).message}`;
    return root === '' ? text : text.replaceAll(root, '<dir>');
  }
  return 'nothing was thrown';
}
