import { npmrc } from '../../init/templates.js';
import type { PluginNames } from '../names.js';
import { licence } from './licence.js';
import { gitignore, packageJson, tsconfig } from './package-files.js';
import { readme } from './readme.js';
import { source } from './source.js';
import { test } from './test.js';

/** The files of a new plugin: path in the package, and content. */
export function pluginFiles(names: PluginNames): Readonly<Record<string, string>> {
  return {
    'package.json': packageJson(names),
    'tsconfig.json': tsconfig,
    '.gitignore': gitignore,
    '.npmrc': npmrc,
    'README.md': readme(names),
    LICENSE: licence(names),
    'src/index.ts': source(names),
    'test/plugin.test.ts': test(names),
  };
}
