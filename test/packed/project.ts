import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packed } from './packed.js';
import { type Ended, ran, type Started, start } from './process.js';

/** A folder of a test's own in which `sv` and the packages are installed. */
export interface Project {
  readonly folder: string;
  sv(...args: readonly string[]): Promise<Ended>;
  /** The same, for what is to be looked at while it runs. Its standard input is open. */
  start(...args: readonly string[]): Started;
  path(name: string): string;
  read(name: string): Promise<string>;
  write(name: string, content: string | Uint8Array): Promise<void>;
}

export async function project(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Project> {
  const { folder: home, sv } = await packed();
  const folder = await mkdtemp(join(home, 'project-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const options = { cwd: folder, env: { SV_CACHE: path('cache') } };
  const one: Project = {
    folder,
    sv: (...args) => ran(sv, args, options),
    start: (...args) => start(sv, args, options),
    path,
    read: (name) => readFile(path(name), 'utf8'),
    write: (name, content) => writeFile(path(name), content),
  };
  for (const [name, content] of Object.entries(files)) await one.write(name, content);
  return one;
}

export const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The config of `sv init`, with more to it. */
export const starterConfig = (rest = '') => `
import { starter } from '@streetvision/backbone-starter';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
export default {
  task: roadwork(),
  plugins: [dinov3(starter)],
  cascade: [{ run: 'starter' }],
  ${rest}
};
`;
