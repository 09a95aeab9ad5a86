import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeNamed } from '../../config/entry.js';
import { importModule } from '../../config/import-module.js';
import { PLUGIN } from '../../config/plugins.js';
import { isSvError, SvError } from '../../errors/sv-error.js';
import { type Check, violation } from '../../testing/conformance/check.js';
import { checkGroups } from '../../testing/conformance/check-groups.js';
import { mainExport } from '../../testing/conformance/package-checks.js';
import { type CheckOutcome, runChecks } from '../../testing/conformance/run-checks.js';
import type { ConformanceOptions, PluginSource } from '../../testing/conformance/subject.js';
import { watchProcess } from '../../testing/conformance/watch-process.js';
import type { AnyPlugin } from '../../types/index.js';

export interface CheckPackageOptions extends Omit<ConformanceOptions, 'packageJson'> {
  /** What the factory is called with. */
  readonly factoryOptions?: unknown;
}

/** Where a plugin is, and what is known of its package. */
interface Entry {
  readonly dir: string;
  /** Relative to `dir`. */
  readonly file: string;
  readonly packageJson?: unknown;
  /** Says why the file is not the one that users get. */
  readonly unbuilt?: string;
}

/** Checks the plugin of a package folder, or of one file. Throws where there is none to check. */
export async function* checkPackage(path: string, options: CheckPackageOptions): AsyncGenerator<CheckOutcome> {
  const { factoryOptions, ...conformance } = options;
  const entry = (await stat(path)).isDirectory()
    ? await packageEntry(path)
    : { dir: dirname(path), file: `./${basename(path)}` };
  let made: { readonly source: PluginSource; readonly plugin: AnyPlugin } | undefined;
  const checks = importChecks(entry, factoryOptions, (found) => {
    made = found;
  });
  yield* runChecks([{ title: entry.file, checks }]);
  if (!made) return;
  const { packageJson } = entry;
  yield* runChecks(checkGroups(made.source, made.plugin, { ...conformance, ...(packageJson ? { packageJson } : {}) }));
}

function importChecks(
  { dir, file, unbuilt }: Entry,
  options: unknown,
  found: (made: { source: PluginSource; plugin: AnyPlugin }) => void,
): Check[] {
  return [
    {
      title: 'is what users import',
      run() {
        if (unbuilt) throw violation(unbuilt, 'Run `npm run build`; the source is checked meanwhile.');
      },
    },
    {
      title: 'can be imported, without side effects',
      async run() {
        const touched = watchProcess();
        await importModule(join(dir, file), dir);
        const seen = touched();
        if (seen.length > 0)
          throw violation(`Importing it left behind: ${seen.join(', ')}.`, 'Do it in `setup`, or in `load`.');
      },
    },
    {
      title: 'exports the plugin, or its factory, as the default',
      async run() {
        const given = options === undefined ? [file] : [file, options];
        const made = makeNamed(given as [string, unknown?], { path: 'plugin', dir, wanted: PLUGIN });
        const plugin = (await made.catch((error) => {
          throw withOptions(error, options);
        })) as AnyPlugin;
        const { default: factory } = await importModule(join(dir, file), dir);
        found({ plugin, source: typeof factory === 'function' ? () => factory(options) : plugin });
      },
    },
  ];
}

/** A factory that threw without options may only lack them; what else is wrong says so itself, with a fix. */
function withOptions(error: unknown, options: unknown): unknown {
  if (options !== undefined || !isSvError(error) || error.fix || !error.cause) return error;
  return new SvError(error.code, error.message, {
    fix: `Give the options that its factory needs, as JSON: --options '{ "name": "value" }'.`,
    cause: error.cause,
  });
}

async function packageEntry(dir: string): Promise<Entry> {
  const packageJson = await readPackage(join(dir, 'package.json'));
  const built = mainExport((packageJson as { exports?: unknown }).exports)?.default ?? './dist/index.js';
  if (existsSync(join(dir, built))) return { dir, file: built, packageJson };
  const source = ['./src/index.ts', './src/index.js', './index.ts', './index.js'].find((file) =>
    existsSync(join(dir, file)),
  );
  if (source) return { dir, file: source, packageJson, unbuilt: `exports["."] names ${built}, which is not there.` };
  throw new SvError('SV_PLUGIN_NOT_FOUND', `${dir} has neither ${built} nor src/index.ts.`, {
    fix: 'Build it, or name its entry file.',
  });
}

async function readPackage(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SvError(
      'SV_PLUGIN_NOT_FOUND',
      missing ? `There is no ${file}.` : `${file} cannot be read: ${(cause as Error).message}.`,
      {
        fix: 'Name the folder of a package, or a file; `sv plugin new` writes a package.',
        cause,
      },
    );
  }
}
