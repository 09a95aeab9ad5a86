import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { CliCommand } from '../command.js';
import { pluginNames } from './names.js';
import { pluginFiles } from './template/index.js';

/** `sv plugin new`: a package with a stage that works, to be changed into one's own. */
export const pluginNew: CliCommand = {
  name: 'plugin new',
  description: 'write a plugin package with a small working stage, tests and README',
  args: '<name> [folder]',
  async run({ args, cwd, print }) {
    const names = pluginNames(String(args[0]));
    const folder = resolve(cwd, args[1] === undefined ? basename(names.package) : String(args[1]));
    await requireEmpty(folder);
    const files = pluginFiles(names);
    for (const [path, content] of Object.entries(files)) await write(join(folder, path), content);
    const shown = relative(cwd, folder) || '.';
    print(`${names.package}: ${Object.keys(files).length} files in ${shown}, with the stage \`${names.stage}\`.`);
    print(`\nNext:\n  cd ${shown}\n  npm install\n  npm test\n  npm run build && npm run check`);
  },
};

async function requireEmpty(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new SvError('SV_OUTPUT_WRITE', `${folder} cannot be written: ${error.message}.`, {
      fix: 'Name another folder.',
      cause: error,
    });
  });
  if (there.every((name) => name === '.git')) return;
  throw new SvError('SV_OUTPUT_WRITE', `${folder} is not empty.`, {
    fix: 'Name another folder: `sv plugin new <name> <folder>`.',
  });
}

async function write(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (cause) {
    throw new SvError('SV_OUTPUT_WRITE', `${path} cannot be written: ${(cause as Error).message}.`, {
      fix: 'Free some space, or name another folder.',
      cause,
    });
  }
}
