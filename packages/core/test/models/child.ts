import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ModelStoreOptions } from '../../src/models/index.js';
import type { ModelFile } from '../../src/types/index.js';

const SCRIPT = fileURLToPath(new URL('./get-in-child.mjs', import.meta.url));

export interface Line {
  readonly bytes?: number;
  readonly file?: ModelFile;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ChildOptions {
  readonly onLine?: (line: Line, kill: () => void) => void;
  /** In 512-byte blocks, as `ulimit -f` takes it. */
  readonly maxFileBlocks?: number;
}

/** Gets a reference in a process of its own; resolves with what it said last, or undefined where it was killed. */
export async function getInChild(
  ref: string,
  options: Partial<Omit<ModelStoreOptions, 'log' | 'fetch' | 'onProgress'>>,
  { onLine, maxFileBlocks }: ChildOptions = {},
): Promise<Line | undefined> {
  const limit = maxFileBlocks === undefined ? '' : `ulimit -f ${maxFileBlocks}; `;
  const args = [SCRIPT, JSON.stringify({ ref, options: { offline: false, backoffMs: 1, ...options } })];
  const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last: Line | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.file || line.error) last = line;
    onLine?.(line, () => child.kill('SIGKILL'));
  }
  return last;
}
