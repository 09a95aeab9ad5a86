import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createProject,
  type DataContext,
  type DataFormat,
  type Dataset,
  definePlugin,
  silent,
  type UserConfig,
} from '../../src/index.js';
import { fakeStage } from '../../src/testing/fake-stage.js';

const task = { name: 'light', classes: ['dark', 'light'] as [string, string], positive: 'light' };

/** A format that notes how it was asked. */
function format(asked: { ref: string; ctx: DataContext }[] = [], name = 'list'): DataFormat {
  return {
    name,
    description: 'names, one a line',
    detect: (ref) => ref.endsWith('.list'),
    open(ref, ctx): Dataset {
      asked.push({ ref, ctx });
      return { name: ref, async *samples() {} };
    },
  };
}

const config = (formats: readonly DataFormat[]): UserConfig => ({
  task,
  plugins: [definePlugin({ name: 'mine', api: '^1', stages: [fakeStage({ name: 'quick' })], formats })],
  cascade: [{ run: 'quick', exit: { window: [0.2, 0.8] } as never }],
});

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sv-project-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe('a project', () => {
  it('takes a config apart: task, plugins, steps with rules as functions, stages by name', async () => {
    const project = await createProject(config([]), { log: silent, cwd: await folder() });
    expect(project.task).toEqual(task);
    expect(project.plugins.map(({ name }) => name)).toEqual(['mine']);
    expect(project.cascade[0]?.exit).toEqual([expect.any(Function)]);
    expect(project.stage('quick')).toMatchObject({ plugin: 'mine', stage: { name: 'quick' } });
    expect(() => project.stage('quik')).toThrow('Did you mean `quick` (from `mine`)?');
    await project.close();
  });

  it('opens a dataset by its look or by the name of a format, from the folder of the data', async () => {
    const asked: { ref: string; ctx: DataContext }[] = [];
    const dir = await folder();
    const project = await createProject(config([format(asked)]), { log: silent, dataDir: dir });
    await project.dataset('a.list', { group: 'clip' });
    await project.dataset('list:b', { cwd: '/elsewhere' });
    expect(asked.map(({ ref, ctx }) => [ref, ctx.dir, ctx.group, ctx.task])).toEqual([
      ['a.list', dir, 'clip', task],
      ['b', '/elsewhere', undefined, task],
    ]);
    await expect(project.dataset('lst:b')).rejects.toThrow('There is no data format `lst`. Did you mean `list`?');
    await expect(project.dataset('c.bin')).rejects.toThrow('There is no file or folder `c.bin`.');
    await writeFile(join(dir, 'c.bin'), '');
    await expect(project.dataset('c.bin')).rejects.toMatchObject({
      code: 'SV_DATA_FORMAT',
      message: expect.stringContaining('list: names, one a line'),
    });
    await project.close();
  });

  it('runs the cascade, changed', async () => {
    const project = await createProject(config([]), { log: silent, cwd: await folder() });
    const runtime = await project.runtime((same) => ({ ...same, cascade: [{ run: ['quick'] }] }));
    expect(runtime.task).toEqual(task);
    await runtime.close();
    await project.close();
  });

  it('without a config has no task and no stages, and companions still read data', async () => {
    const dir = await folder();
    const companion = join(dir, 'node_modules/@streetvision/plugin-data');
    await mkdir(companion, { recursive: true });
    await writeFile(
      join(companion, 'package.json'),
      '{ "name": "@streetvision/plugin-data", "exports": "./index.mjs" }',
    );
    await writeFile(
      join(companion, 'index.mjs'),
      `export default () => ({ name: '@streetvision/plugin-data', api: '^1', formats: [{
        name: 'any', description: 'anything', detect: () => true, open: (ref) => ({ name: 'companion ' + ref, async *samples() {} }),
      }] });`,
    );
    const project = await createProject(undefined, { log: silent, cwd: dir });
    expect([project.task, project.plugins, project.cascade]).toEqual([undefined, [], []]);
    expect((await project.dataset('photos')).name).toBe('companion photos');
    await project.close();
    // A format of the config comes first, and a companion that is in the config is not loaded twice.
    const own = { name: '@streetvision/plugin-data', api: '^1', formats: [format([], 'own')] };
    const other = await createProject({ ...config([]), plugins: [own, fake()] }, { log: silent, cwd: dir });
    await expect(other.dataset('photos')).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
    await other.close();
  });
});

const fake = () => definePlugin({ name: 'fake', api: '^1', stages: [fakeStage({ name: 'quick' })] });
