import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { SvError } from '@streetvision/core';
import { readText } from './text-lines.js';

export interface ToolOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string | undefined;
  /** What to say where the program is absent. */
  readonly install: string;
  /** Told of each line on standard error. */
  readonly onLine?: (line: string) => void;
}

/** A program that runs. */
export interface Tool {
  readonly output: Readable;
  /** Resolves when it has ended well. Throws `SV_DATA_TOOL` with the last lines it said, and why it was stopped. */
  readonly done: Promise<void>;
  /** Ends it; `done` then resolves. */
  stop(): void;
}

const KEPT_LINES = 6;

/** Starts a program without a shell: no argument is ever read as a command. */
export function startTool(command: string, args: readonly string[], options: ToolOptions): Tool {
  options.signal.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill('SIGKILL');
  };
  options.signal.addEventListener('abort', stop);
  const done = ended(child, command, options, () => stopped).finally(() =>
    options.signal.removeEventListener('abort', stop),
  );
  // Whoever reads the output first learns of a failure there; it must not count as unhandled until then.
  done.catch(() => {});
  return { output: child.stdout, done, stop };
}

async function ended(
  child: ChildProcessByStdio<null, Readable, Readable>,
  command: string,
  { signal, install, onLine }: ToolOptions,
  stopped: () => boolean,
): Promise<void> {
  const said: string[] = [];
  const lines = readText(child.stderr, (line) => {
    onLine?.(line);
    if (/\[info\]|^\s*$/.test(line)) return;
    said.push(line.trim().slice(0, 300));
    if (said.length > KEPT_LINES) said.shift();
  });
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT';
      const what = absent
        ? `\`${command}\` is not installed, or not in PATH.`
        : `\`${command}\` did not start: ${error.code}.`;
      reject(new SvError('SV_DATA_TOOL', what, { fix: install, cause: error }));
    });
    child.once('close', (status, killedBy) => resolve(status ?? killedBy ?? 'no status'));
  });
  await lines;
  signal.throwIfAborted();
  if (code === 0 || stopped()) return;
  const last = said.join(' | ') || 'it said nothing';
  throw new SvError('SV_DATA_TOOL', `\`${command}\` failed (${code}): ${last}`);
}
