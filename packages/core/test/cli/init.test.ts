import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { config } from '../../src/cli/init/templates.js';
import { loadConfig } from '../../src/config/index.js';
import { VERSION } from '../../src/version.js';
import { openShell } from './shell.js';

it('writes what a first run needs, asks nothing off a terminal, and says what comes next', async () => {
  const { sv, cwd } = await openShell(null);
  const { code, out } = await sv('init', 'My Cascade');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "wrote  My Cascade/sv.config.ts
    wrote  My Cascade/package.json
    wrote  My Cascade/tsconfig.json
    wrote  My Cascade/.npmrc
    wrote  My Cascade/.gitignore

    Next:
      cd "My Cascade"
      npm install
      npx sv doctor
      npx sv run <folder of pictures> --report report.html
    "
  `);
  expect((await readdir(join(cwd, 'My Cascade'))).sort()).toEqual([
    '.gitignore',
    '.npmrc',
    'package.json',
    'sv.config.ts',
    'tsconfig.json',
  ]);
  const manifest = JSON.parse(await readFile(join(cwd, 'My Cascade/package.json'), 'utf8'));
  expect(manifest).toMatchObject({ name: 'my-cascade', type: 'module', allowScripts: { 'onnxruntime-node': false } });
});

it('never replaces what is there, but a config with --force', async () => {
  const { sv, cwd, write } = await openShell(null);
  await write('package.json', '{"name":"mine"}');
  await write('sv.config.ts', '// mine');
  const refused = await sv('init');
  expect([refused.code, refused.err.split('\n')[0]]).toEqual([2, 'SV_CLI_USAGE  sv.config.ts is there already.']);
  expect(await readFile(join(cwd, 'sv.config.ts'), 'utf8')).toBe('// mine');
  expect((await sv('init', '--format', 'yaml', '--force')).err).toContain('Remove sv.config.ts first.');
  const forced = await sv('init', '--force');
  expect(forced.out).toContain('npm install @streetvision/core');
  expect(await readFile(join(cwd, 'sv.config.ts'), 'utf8')).toBe(config.ts);
  expect(await readFile(join(cwd, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
});

it('writes YAML of the right form', async () => {
  const { sv, cwd } = await openShell(null);
  await sv('init', '--format', 'yaml');
  const { config: loaded, path } = await loadConfig({ cwd });
  expect([loaded.cascade, path]).toEqual([[{ run: 'starter' }], join(cwd, 'sv.config.yaml')]);
  expect((await sv('init', 'x', '--format', 'toml')).code).toBe(2);
});

it('names own versions, and keeps those of a package.json that is there', async () => {
  const { sv, start, cwd, write } = await openShell(null);
  await sv('init', 'fresh');
  const { dependencies } = JSON.parse(await readFile(join(cwd, 'fresh/package.json'), 'utf8'));
  expect(new Set(Object.values(dependencies))).toEqual(new Set([`^${VERSION}`]));
  await write('package.json', '{"dependencies":{"@streetvision/core":"file:../core.tgz"}}');
  const { out } = await start(['init'], { env: { npm_config_user_agent: 'npm/11.20.1 node/v24.0.0 linux x64' } }).done;
  expect(out).toContain(`
  npm pkg set allowScripts.onnxruntime-node=false --json
  npm install @streetvision/backbone-starter @streetvision/plugin-dinov3 @streetvision/task-roadwork
`);
});

it.each([
  ['npm/11.18.9 node/v22.0.0 linux x64', true],
  ['npm/11.19.0 node/v24.0.0 linux x64', false],
  ['pnpm/10.0.0 npm/? node/v24.0.0', true],
])('writes .npmrc for an npm that reads it: %s', async (agent, wanted) => {
  const { start, cwd } = await openShell(null);
  await start(['init'], { env: { npm_config_user_agent: agent } }).done;
  expect((await readdir(cwd)).includes('.npmrc')).toBe(wanted);
});

it('writes a config that tsc finds nothing wrong with', async () => {
  const { sv } = await openShell(null);
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const folder = await mkdtemp(join(root, 'node_modules/.sv-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await sv('init', folder);
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  expect(stdout).toBe('');
}, 60_000);
