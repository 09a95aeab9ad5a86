import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testPicture } from '@streetvision/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginNames } from '../../packages/core/src/cli/plugin-kit/names.js';
import { pluginFiles } from '../../packages/core/src/cli/plugin-kit/template/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const core = join(root, 'packages/core');
const example = join(root, 'examples/third-party-plugin');

/** Runs a program; standard output is returned, and with the exit code when it is not 0. */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  // vitest's own variables would make a vitest inside believe that it is a worker.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_OPTIONS$/.test(name)));
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd,
      env: { ...env, NO_COLOR: '1' },
      maxBuffer: 2 ** 26,
    });
    return stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  }
}

it('is what `sv plugin new sv-plugin-orange` writes', async () => {
  for (const [path, content] of Object.entries(pluginFiles(pluginNames('sv-plugin-orange')))) {
    expect(await readFile(join(example, path), 'utf8'), path).toBe(content);
  }
});

it('passes its own tests, types and build, and `sv plugin check`', { timeout: 120_000 }, async () => {
  expect(await run(example, 'npm', 'test')).toMatch(/Tests +\d+ passed/);
  await run(example, 'npm', 'run', 'typecheck');
  await run(example, 'npm', 'run', 'build');
  const checked = await run(example, process.execPath, join(core, 'bin/sv.cjs'), 'plugin', 'check');
  expect(checked).toMatch(/\d+ passed, 0 failed/);
});

describe('packed, and installed with packed core into an empty folder', () => {
  let folder: string;

  beforeAll(async () => {
    if (!existsSync(join(core, 'dist/index.js'))) throw new Error('Core is not built: npm run build.');
    folder = await realpath(await mkdtemp(join(tmpdir(), 'sv-packed-')));
    for (const one of [core, example]) await run(one, 'npm', 'pack', '--pack-destination', folder);
    const packed = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`);
    expect(packed).toHaveLength(2);
    await writeFile(join(folder, 'package.json'), '{ "name": "cameras", "private": true, "type": "module" }');
    // Scripts are left out: the engine's would fetch GPU libraries that nothing here uses.
    await run(folder, 'npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...packed);
    await mkdir(join(folder, 'pictures'));
    const pictures = { 'cone.jpg': [235, 120, 20], 'asphalt.jpg': [90, 90, 95] } as const;
    for (const [name, background] of Object.entries(pictures)) {
      await writeFile(join(folder, 'pictures', name), await testPicture({ background, shapes: 0 }));
    }
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const sv = (...args: string[]) => run(folder, join(folder, 'node_modules/.bin/sv'), ...args);
  const scores = async (config: string): Promise<Record<string, number>> => {
    const rows = (await sv('run', 'pictures', '--jsonl', '--config', config))
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    return Object.fromEntries(rows.map(({ input, score }) => [input.split('/').at(-1), score]));
  };

  it('runs from a config in YAML', async () => {
    await writeFile(
      join(folder, 'sv.config.yaml'),
      'plugins: [[sv-plugin-orange, { half: 0.05 }]]\ncascade: [{ run: orange }]\n',
    );
    const { 'cone.jpg': cone, 'asphalt.jpg': asphalt } = await scores('sv.config.yaml');
    expect(cone).toBeGreaterThan(0.9);
    expect(asphalt).toBe(0);
  });

  it('runs from a config in TypeScript, whose stage names are checked', async () => {
    const config = (stage: string) => `import { defineConfig, window } from '@streetvision/core';
import { orange } from 'sv-plugin-orange';
export default defineConfig({ plugins: [orange()], cascade: [{ run: '${stage}', exit: window(0.1, 0.9) }] });
`;
    await writeFile(join(folder, 'sv.config.ts'), config('orange'));
    expect((await scores('sv.config.ts'))['cone.jpg']).toBeGreaterThan(0.9);
    await writeFile(join(folder, 'wrong.config.ts'), config('ornge'));
    await expect(scores('wrong.config.ts')).rejects.toThrow('Did you mean `orange` (from `sv-plugin-orange`)?');

    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--skipLibCheck',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const typed = run(folder, process.execPath, tsc, ...options, ...types, 'sv.config.ts', 'wrong.config.ts').catch(
      String,
    );
    expect((await typed).match(/.*error TS.*/g)).toEqual([
      expect.stringMatching(/^wrong\.config\.ts.*Type '"ornge"' is not assignable .* Did you mean '"orange"'\?$/),
    ]);
  }, 60_000);

  it('has a schema for editors, and the check passes on the installed package', async () => {
    const schema = await readFile(join(folder, 'node_modules/@streetvision/core/schema/config.schema.json'), 'utf8');
    expect(JSON.parse(schema).required).toEqual(['plugins', 'cascade']);
    expect(await sv('plugin', 'check', 'node_modules/sv-plugin-orange')).toMatch(/\d+ passed, 0 failed/);
  });
});
