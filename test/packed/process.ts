import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** What it said so far. */
  readonly said: { out: string; err: string };
  /** Resolves when it has said this much; throws when it ends without. */
  until(enough: (said: { out: string; err: string }) => boolean): Promise<void>;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** Settings of npm's own run, of the test runner and of the user, that a program started by a newcomer has not. */
const FOREIGN = /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_prefix|workspaces?))|INIT_CWD)/i;
const OURS = /^(NODE_OPTIONS|NODE_ENV|VITEST|TEST|FORCE_COLOR|SV_(?!SHARED).*|HF_.*)$/;

/** A program in a process and an environment of its own. */
export function start(file: string, args: readonly string[], { cwd, env = {}, stdin }: ProcessOptions): Started {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name) && !OURS.test(name));
  const child = spawn(file, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', SV_CACHE: join(tmpdir(), 'sv-test-cache'), ...env },
    stdio: 'pipe',
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  child.stdin.on('error', () => undefined); // it may end without reading
  if (stdin !== undefined) child.stdin.end(stdin);
  let over = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      over = true;
      resolve({ code, ...said });
    });
  });
  return {
    child,
    ended,
    said,
    async until(enough) {
      while (!enough(said)) {
        if (over) throw new Error(`${file} ended without: ${said.err}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

export const ran = (file: string, args: readonly string[], options: ProcessOptions): Promise<Ended> =>
  start(file, args, { stdin: '', ...options }).ended;
