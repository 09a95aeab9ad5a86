import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

const BIN = fileURLToPath(new URL('../../packages/core/bin/sv.cjs', import.meta.url));

/** A folder under `examples`. */
export const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** Runs Node in a process of its own until it ends. */
export function node(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [...args], options, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });
}

/** Runs the built `sv`, as an installed one runs. */
export const sv = (cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  node(cwd, [BIN, ...args], env);
