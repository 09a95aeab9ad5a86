import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { config } from '../../src/cli/init/templates.js';
import { loadConfig } from '../../src/config/index.js';
import { openShell } from './shell.js';

it('writes what a first run needs, asks nothing off a terminal, and says what comes next', async () => {
  const { sv, cwd } = await openShell(null);
  const { code, out } = await sv('init', 'My Cascade');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "wrote  My Cascade/sv.config.ts
    wrote  My Cascade/package.json
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
