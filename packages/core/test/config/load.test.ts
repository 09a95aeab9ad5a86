import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { failure, folder } from './folder.js';

const DATA = '{ "plugins": ["./p.mjs"], "cascade": [{ "run": "a", "exit": { "window": [0.1, 0.9] } }] }';
const OBJECT = `{ plugins: ['./p.mjs'], cascade: [{ run: 'a', exit: { window: [0.1, 0.9] } }] }`;
const YAML = 'plugins: [./p.mjs]\ncascade:\n  - run: a\n    exit: { window: [0.1, 0.9] }\n';

describe('formats', () => {
  it.each([
    ['sv.config.ts', `type Config = object;\nexport default ${OBJECT} satisfies Config;`],
    ['sv.config.mts', `export default ${OBJECT} as object;`],
    ['sv.config.js', `export default ${OBJECT};`],
    ['sv.config.js', `module.exports = ${OBJECT};`],
    ['sv.config.mjs', `export default ${OBJECT};`],
    ['sv.config.cjs', `module.exports = ${OBJECT};`],
    ['sv.config.json', DATA],
    ['sv.config.yaml', YAML],
    ['sv.config.yml', YAML],
    ['package.json', `{ "name": "x", "sv": ${DATA} }`],
  ])('%s', async (name, content) => {
    const root = await folder({ [name]: content });
    const { config, path, dir } = await loadConfig({ cwd: root });
    expect(config).toEqual(JSON.parse(DATA));
    expect(path).toBe(join(root, name));
    expect(dir).toBe(root);
  });

  it('a function and a promise', async () => {
    const root = await folder({
      'f.ts': `export default async () => (${OBJECT});`,
      'p.ts': `export default Promise.resolve(${OBJECT});`,
    });
    expect((await loadConfig({ cwd: root, file: 'f.ts' })).config.plugins).toEqual(['./p.mjs']);
    expect((await loadConfig({ cwd: root, file: 'p.ts' })).config.plugins).toEqual(['./p.mjs']);
  });

  it('TypeScript imports its sibling, and nothing is left in the folder', async () => {
    const root = await folder({
      'sv.config.ts': `import { run } from './stage.ts';\nexport default { plugins: [], cascade: [{ run }] };`,
      'stage.ts': `export const run: string = 'a';`,
    });
    expect((await loadConfig({ cwd: root })).config.cascade).toEqual([{ run: 'a' }]);
    expect((await readdir(root)).sort()).toEqual(['stage.ts', 'sv.config.ts']);
  });
});

describe('search', () => {
  it('goes upwards, past a package.json without the key', async () => {
    const root = await folder({ 'sv.config.json': DATA, 'a/package.json': '{ "name": "a" }', 'a/b/c.txt': '' });
    expect((await loadConfig({ cwd: join(root, 'a/b') })).dir).toBe(root);
  });

  it('says how to begin where there is none', async () => {
    const root = await folder({ 'package.json': '{}' });
    expect(await failure(root, () => loadConfig({ cwd: root }))).toMatchInlineSnapshot(
      `"SV_CONFIG_NOT_FOUND: No config was found in <dir> or above it. Run \`sv init\` to write one, or name one with --config."`,
    );
    expect(await failure(root, () => loadConfig({ cwd: root, file: 'x.yaml' }))).toMatchInlineSnapshot(
      `"SV_CONFIG_NOT_FOUND: There is no config at <dir>/x.yaml. Check the path, or run \`sv init\`."`,
    );
    expect(await failure(root, () => loadConfig({ cwd: root, file: 'package.json' }))).toMatchInlineSnapshot(
      `"SV_CONFIG_NOT_FOUND: There is no config at <dir>/package.json. Give it the key \`sv\`."`,
    );
  });
});

describe('what goes wrong while loading', () => {
  const load = async (name: string, content: string, more: Record<string, string> = {}) => {
    const root = await folder({ [name]: content, ...more });
    return failure(root, () => loadConfig({ cwd: root, file: name }));
  };

  it('syntax, with the line', async () => {
    expect(await load('sv.config.ts', 'export default {\n  plugins: [,\n')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts:3:1: Unexpected token. Correct the syntax there."`,
    );
    expect(await load('sv.config.mjs', 'export default {\n  plugins: [}\n')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.mjs:2:13: Unexpected token. Correct the syntax there."`,
    );
    expect(await load('sv.config.json', '{\n "plugins": [],\n secret }')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.json:3: Expected double-quoted property name. Correct the syntax there."`,
    );
    expect(await load('sv.config.yaml', 'plugins: []\n  cascade: [1,\n')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.yaml:2:3: bad indentation of a mapping entry. Correct the syntax there."`,
    );
    expect(await load('sv.config.toml', 'plugins = 1')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: <dir>/sv.config.toml cannot be read: its format is not known. A config is a file of the kind .ts .mts .js .mjs .cjs .json .yaml .yml, or package.json."`,
    );
  });

  it('an import that is not there', async () => {
    expect(await load('sv.config.ts', `import x from '@scope/gone/sub';\nexport default x;`)).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts: the module \`@scope/gone/sub\` is not installed. Run \`npm install @scope/gone\`."`,
    );
    expect(await load('sv.config.mjs', `import x from 'gone';\nexport default x;`)).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.mjs: the module \`gone\` is not installed. Run \`npm install gone\`."`,
    );
    expect(await load('sv.config.ts', `import x from './gone.ts';\nexport default x;`)).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts: there is no file \`./gone.ts\`. Correct the import."`,
    );
    const sibling = { 'lib/a.ts': `import 'gone';\nexport default 1;` };
    expect(await load('sv.config.ts', `import x from './lib/a.ts';\nexport default x;`, sibling)).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: lib/a.ts: the module \`gone\` is not installed. Run \`npm install gone\`."`,
    );
  });

  it('a throw, with its line', async () => {
    expect(await load('sv.config.ts', `const a: any = {};\n\nexport default a.b.c;`)).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts:3:5: TypeError: Cannot read properties of undefined (reading 'c'). It was thrown while the file loaded."`,
    );
    expect(
      await load(
        'sv.config.mjs',
        `import { readFileSync } from 'node:fs';\nreadFileSync('/gone');\nexport default {};`,
      ),
    ).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.mjs:2:26: Error: ENOENT: no such file or directory, open '/gone'. It was thrown while the file loaded."`,
    );
  });

  it('exports', async () => {
    expect(await load('sv.config.ts', 'export const config = {};')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts has no default export; it exports \`config\`. Write \`export default config\`."`,
    );
    expect(await load('sv.config.ts', 'const config = {};')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts has no default export. Write \`export default defineConfig({ … })\`."`,
    );
    expect(await load('sv.config.ts', 'export default class Config {}')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.ts exports the class \`Config\`, expected a config object. Write \`export default defineConfig({ … })\`."`,
    );
    expect(await load('sv.config.json', '\n')).toMatchInlineSnapshot(
      `"SV_CONFIG_LOAD: sv.config.json is empty. \`sv init\` writes one that runs."`,
    );
  });

  it('the form, with the name of the file', async () => {
    expect(
      await load('package.json', '{ "sv": { "plugin": [], "cascade": [{ "run": "a" }] } }'),
    ).toMatchInlineSnapshot(`
      "SV_CONFIG_INVALID: package.json#sv has 2 mistakes:
        plugins: expected a list, received nothing.
        there is no \`plugin\`. Did you mean \`plugins\`?"
    `);
    expect(await load('sv.config.json', '[]')).toMatchInlineSnapshot(
      `"SV_CONFIG_INVALID: sv.config.json: expected an object, received an empty list. The least is \`{ plugins: [...], cascade: [{ run: "stage" }] }\`; \`sv init\` writes one."`,
    );
  });
});
