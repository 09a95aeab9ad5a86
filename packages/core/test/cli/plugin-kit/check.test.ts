import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShell } from '../shell.js';

const PACKAGE = {
  name: 'sv-plugin-x',
  type: 'module',
  keywords: ['sv-plugin'],
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  peerDependencies: { '@streetvision/core': '>=0.1.0' },
};
const STAGE = `{ name: 'x', run: async (frames) => frames.map(() => ({ score: 0.5 })) }`;
const GOOD = `export default () => ({ name: 'sv-plugin-x', api: '^1', stages: [${STAGE}] });`;

/** Writes a package and checks it. Without `index.js` the package is not built. */
async function check(files: Readonly<Record<string, string>>, argv: readonly string[] = [], json: object = PACKAGE) {
  const shell = await openShell(null);
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(json), ...files })) {
    await mkdir(dirname(join(shell.cwd, 'p', name)), { recursive: true });
    await writeFile(join(shell.cwd, 'p', name), text);
  }
  const { code, out, err } = await shell.sv('plugin', 'check', 'p', ...argv);
  return { code, out: out.replaceAll(shell.cwd, '<cwd>'), err: err.replaceAll(shell.cwd, '<cwd>') };
}
/** The failed checks, with what follows. */
const failures = (out: string) =>
  out
    .split('\n')
    .filter((line, i, all) => /^ {2}✗|^ {4}/.test(line) && all[i] !== '')
    .join('\n');

describe('sv plugin check', () => {
  it('a good package', async () => {
    const { code, out } = await check({ 'index.js': GOOD });
    expect(out).toMatchInlineSnapshot(`
      "./index.js
        ✓ is what users import
        ✓ can be imported, without side effects
        ✓ exports the plugin, or its factory, as the default

      plugin
        ✓ is a plain object with a name and an API range that this core satisfies
        ✓ is made without side effects
        ✓ is made anew by every call of its factory
        ✓ names what it brings, each once
        - reports findings that say what to do (it has no \`doctor\`)

      stage x
        ✓ loads
        ✓ answers each frame with scores in [0, 1]
        - answers a batch in order, as it answers each frame alone (its \`maxBatch\` is 1)
        ✓ gives the same frame the same answer
        ✓ answers batches side by side as one by one
        ✓ leaves the frames as they were
        ✓ outlives a picture that cannot be read
        ✓ ends when it is aborted, and goes on
        ✓ unloads, and loads again

      cascade
        ✓ sets up, takes frames with every hook answering as it may, closes, and starts again

      package.json
        ✓ has the name of the plugin
        ✓ takes core as a peer
        ✓ can be found by its keyword
        ✓ is an ES module with exports and types

      20 passed, 0 failed, 2 skipped.
      "
    `);
    expect(code).toBe(0);
  });

  it('one that is not built, cannot be imported, or exports something else', async () => {
    const seen = async (files: Record<string, string>) => {
      const { code, out } = await check(files);
      expect(code).toBe(1);
      return failures(out);
    };
    expect(await seen({ 'src/index.ts': GOOD })).toMatchInlineSnapshot(`
      "  ✗ is what users import
          exports["."] names ./index.js, which is not there.
          → Run \`npm run build\`; the source is checked meanwhile."
    `);
    expect(await seen({ 'index.js': `import 'gone-package';` })).toMatchInlineSnapshot(`
      "  ✗ can be imported, without side effects
          index.js: the module \`gone-package\` is not installed.
          → Run \`npm install gone-package\`.
        ✗ exports the plugin, or its factory, as the default
          index.js: the module \`gone-package\` is not installed.
          → Run \`npm install gone-package\`."
    `);
    expect(await seen({ 'index.js': GOOD.replace('default ()', 'const x = ()') })).toMatchInlineSnapshot(`
      "  ✗ exports the plugin, or its factory, as the default
          plugin (./index.js): the default export is missing; the module exports \`x\`.
          → Add \`export default x\` there, or import \`x\` in a config written as .ts or .js."
    `);
    expect(await seen({ 'index.js': 'export default class X {}' })).toMatchInlineSnapshot(`
      "  ✗ exports the plugin, or its factory, as the default
          plugin (./index.js): the export is a class, expected a function that returns a plugin object.
          → Write \`export default (options) => definePlugin({ … })\`."
    `);
    expect(await seen({ 'index.js': `globalThis.svLeft = 1;\n${GOOD}` })).toMatchInlineSnapshot(`
      "  ✗ can be imported, without side effects
          Importing it left behind: the global svLeft.
          → Do it in \`setup\`, or in \`load\`."
    `);
  });

  it('a stage that misbehaves, with the fix; and with --json', async () => {
    const files = { 'index.js': GOOD.replace('score: 0.5', 'score: 7') };
    const { code, out } = await check(files);
    expect(code).toBe(1);
    expect(failures(out).split('\n').slice(0, 3)).toMatchInlineSnapshot(`
      [
        "  ✗ answers each frame with scores in [0, 1]",
        "    The output for \`test-1.jpeg\` has a score of 7.",
        "    → Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score.",
      ]
    `);
    const outcome = JSON.parse((await check(files, ['--json'])).out);
    expect(outcome.failed).toBeGreaterThan(0);
    expect(outcome.outcomes.find(({ status }: { status: string }) => status === 'failed')).toMatchObject({
      group: 'stage x',
      code: 'SV_PLUGIN_CONFORMANCE',
    });
  });

  it('calls the factory with --options, and loads nothing with --no-load', async () => {
    const source = `export default (options) => {
      if (!options?.head) throw new Error('head is required');
      return { name: 'sv-plugin-x', api: '^1', stages: [{ ...${STAGE}, load() { throw new Error('no weights'); } }] };
    };`;
    expect(failures((await check({ 'index.js': source })).out)).toMatchInlineSnapshot(`
      "  ✗ exports the plugin, or its factory, as the default
          plugin (./index.js): head is required
          → Give the options that its factory needs, as JSON: --options '{ "name": "value" }'."
    `);
    const options = ['--options', '{ "head": "x" }'];
    expect(failures((await check({ 'index.js': source }, options)).out)).toMatchInlineSnapshot(`
      "  ✗ loads
          [sv-plugin-x › x] no weights"
    `);
    expect((await check({ 'index.js': source }, [...options, '--no-load'])).code).toBe(0);
    expect((await check({ 'index.js': source }, ['--options', '{'])).code).toBe(2);
  });

  it('one file, and nothing', async () => {
    const shell = await openShell(null);
    await shell.write('x.ts', GOOD);
    expect((await shell.sv('plugin', 'check', 'x.ts')).code).toBe(0);
    const { code, err } = await shell.sv('plugin', 'check', 'gone');
    expect(code).toBe(2);
    expect(err.replaceAll(shell.cwd, '<cwd>')).toMatchInlineSnapshot(`
      "SV_PLUGIN_NOT_FOUND  There is nothing at <cwd>/gone.
        fix   Name the folder of a package, or a file.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_plugin_not_found
      "
    `);
    expect((await shell.sv('plugin', 'check')).err.replaceAll(shell.cwd, '<cwd>')).toMatchInlineSnapshot(`
      "SV_PLUGIN_NOT_FOUND  There is no <cwd>/package.json.
        fix   Name the folder of a package, or a file; \`sv plugin new\` writes a package.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_plugin_not_found
      "
    `);
  });
});
