import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pluginNames } from '../../../src/cli/plugin-kit/names.js';
import { openShell } from '../shell.js';

describe('sv plugin new', () => {
  it('writes a package and says what comes next', async () => {
    const shell = await openShell(null);
    const { code, out } = await shell.sv('plugin', 'new', '@you/sv-plugin-road-paint');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "@you/sv-plugin-road-paint: 8 files in sv-plugin-road-paint, with the stage \`road-paint\`.

      Next:
        cd sv-plugin-road-paint
        npm install
        npm test
        npm run build && npm run check
      "
    `);
    const files = await readdir(join(shell.cwd, 'sv-plugin-road-paint'), { recursive: true });
    expect(files.sort()).toMatchInlineSnapshot(`
      [
        ".gitignore",
        ".npmrc",
        "LICENSE",
        "README.md",
        "package.json",
        "src",
        "src/index.ts",
        "test",
        "test/plugin.test.ts",
        "tsconfig.json",
      ]
    `);
    const source = await readFile(join(shell.cwd, 'sv-plugin-road-paint/src/index.ts'), 'utf8');
    expect(source).toContain('export function roadPaint({ half = 0.02 }: RoadPaintOptions = {})');
  });

  it('writes where it is told, and over nothing', async () => {
    const shell = await openShell(null);
    expect((await shell.sv('plugin', 'new', 'paint', 'here/there')).code).toBe(0);
    expect(await readdir(join(shell.cwd, 'here/there'))).toContain('package.json');
    const { code, err } = await shell.sv('plugin', 'new', 'paint', 'here/there');
    expect(code).toBe(1);
    expect(err.replaceAll(shell.cwd, '<cwd>')).toMatchInlineSnapshot(`
      "SV_OUTPUT_WRITE  <cwd>/here/there is not empty.
        fix   Name another folder: \`sv plugin new <name> <folder>\`.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_output_write
      "
    `);
  });
});

describe('names', () => {
  it.each([
    ['orange', 'sv-plugin-orange', 'orange', 'orange'],
    ['sv-plugin-orange', 'sv-plugin-orange', 'orange', 'orange'],
    ['sv-orange', 'sv-plugin-orange', 'orange', 'orange'],
    ['@you/plugin-rf-detr', '@you/plugin-rf-detr', 'rf-detr', 'rfDetr'],
    ['class', 'sv-plugin-class', 'class', 'classPlugin'],
    ['orange-share', 'sv-plugin-orange-share', 'orange-share', 'orangeSharePlugin'],
  ])('%s', (given, name, stage, factory) => {
    expect(pluginNames(given)).toMatchObject({ package: name, stage, factory });
  });

  it.each(['', 'Orange', 'sv-plugin-', '../up', 'a b', '@you', '@you/', '2d', 'a--b', 'x'.repeat(220)])(
    'refuses «%s»',
    (given) => {
      expect(() => pluginNames(given)).toThrow(expect.objectContaining({ code: 'SV_CLI_USAGE' }));
    },
  );
});
