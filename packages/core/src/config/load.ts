import { basename, dirname, extname, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { cosmiconfig, defaultLoaders, type Loader } from 'cosmiconfig';
import { SvError } from '../errors/sv-error.js';
import type { UserConfig } from '../types/index.js';
import { importModule } from './import-module.js';
import { isClass } from './received.js';
import { validateConfig } from './validate.js';

/** Names that are looked for, in this order, in the folder and then in each one above it. */
export const CONFIG_NAMES = [
  'sv.config.ts',
  'sv.config.mts',
  'sv.config.js',
  'sv.config.mjs',
  'sv.config.cjs',
  'sv.config.json',
  'sv.config.yaml',
  'sv.config.yml',
  'package.json',
] as const;

export interface LoadConfigOptions {
  /** Where the search begins. @default the working folder */
  readonly cwd?: string;
  /** A file of any of the formats, relative to `cwd`: nothing is searched. */
  readonly file?: string;
}

export interface LoadedConfig {
  readonly config: UserConfig;
  /** The file. */
  readonly path: string;
  /** Its folder: what relative paths in the config start from. */
  readonly dir: string;
}

/**
 * Finds and loads a config, and checks its form.
 *
 * Throws `SV_CONFIG_NOT_FOUND`, `SV_CONFIG_LOAD` with the place of the mistake, `SV_CONFIG_INVALID` with every mistake.
 *
 * @example
 * const { config, dir } = await loadConfig({ cwd: 'cameras/north' });
 * const sv = await createRuntime(config, { cwd: dir });
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const cwd = resolve(options.cwd ?? '.');
  const found = options.file === undefined ? await search(cwd) : await load(resolve(cwd, options.file));
  if (!found) throw notFound(cwd, options.file);
  const name = basename(found.path);
  const label = name === 'package.json' ? 'package.json#sv' : name;
  if (found.config === undefined) {
    throw new SvError('SV_CONFIG_LOAD', `${label} is empty.`, { fix: '`sv init` writes one that runs.' });
  }
  const config = await called(found.config, label);
  return { config: validateConfig(config, { path: label }) as UserConfig, path: found.path, dir: dirname(found.path) };
}

interface Found {
  readonly path: string;
  readonly config: unknown;
}

/** cosmiconfig's own upward search also looks into the user's folder; a cascade belongs to its project. */
async function search(cwd: string): Promise<Found | undefined> {
  const explorer = explorerOf();
  for (let dir = cwd; ; dir = dirname(dir)) {
    const result = await explorer.search(dir);
    if (result) return { path: result.filepath, config: result.config };
    if (dirname(dir) === dir) return undefined;
  }
}

async function load(file: string): Promise<Found | undefined> {
  try {
    const result = await explorerOf().load(file);
    return result && result.config !== null ? { path: result.filepath, config: result.config } : undefined;
  } catch (error) {
    if (error instanceof SvError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    const unknown = !Object.keys(LOADERS).includes(extname(file));
    throw new SvError(
      'SV_CONFIG_LOAD',
      `${file} cannot be read: ${unknown ? 'its format is not known' : error instanceof Error ? error.message : error}.`,
      { fix: `A config is a file of the kind ${Object.keys(LOADERS).join(' ')}, or package.json.`, cause: error },
    );
  }
}

function explorerOf() {
  return cosmiconfig('sv', {
    searchPlaces: [...CONFIG_NAMES],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    loaders: LOADERS,
  });
}

const loadModule: Loader = async (file) => {
  const dir = dirname(file);
  const module = await importModule(file, dir);
  if (module.hasDefault) return module.default;
  const near = module.names[0];
  throw new SvError(
    'SV_CONFIG_LOAD',
    `${basename(file)} has no default export${near ? `; it exports \`${near}\`` : ''}.`,
    {
      fix: near ? `Write \`export default ${near}\`.` : 'Write `export default defineConfig({ … })`.',
    },
  );
};

/** The messages of the parsers quote the file; ours give the place only. */
function loadData(extension: '.json' | '.yaml' | '.yml'): Loader {
  const parse = defaultLoaders[extension];
  return (file, content) => {
    try {
      return parse(file, content);
    } catch (cause) {
      throw new SvError('SV_CONFIG_LOAD', `${basename(file)}${syntaxError(cause)}.`, {
        fix: 'Correct the syntax there.',
        cause,
      });
    }
  };
}

function syntaxError(error: unknown): string {
  const { reason, mark, codeFrame, message } = error as {
    reason?: string;
    mark?: { line: number; column: number };
    codeFrame?: string;
    message: string;
  };
  if (mark) return `:${mark.line + 1}:${mark.column + 1}: ${reason}`;
  // The frame is coloured where a terminal or CI is thought to show it.
  const line = /^>\s*(\d+)\s*\|/m.exec(stripVTControlCharacters(codeFrame ?? ''))?.[1];
  const what = /^(.*?) in JSON/m.exec(message.split('\n').findLast((text) => / in JSON at /.test(text)) ?? '')?.[1];
  return `${line ? `:${line}` : ''}: ${what ?? 'not valid'}`;
}

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': loadModule,
  '.mts': loadModule,
  '.js': loadModule,
  '.mjs': loadModule,
  '.cjs': loadModule,
  '.json': loadData('.json'),
  '.yaml': loadData('.yaml'),
  '.yml': loadData('.yml'),
};

/** A config may be a function, or a promise. */
async function called(config: unknown, label: string): Promise<unknown> {
  if (typeof config !== 'function') return await config;
  if (isClass(config)) {
    throw new SvError('SV_CONFIG_LOAD', `${label} exports the class \`${config.name}\`, expected a config object.`, {
      fix: 'Write `export default defineConfig({ … })`.',
    });
  }
  return await config();
}

function notFound(cwd: string, file: string | undefined): SvError {
  return file === undefined
    ? new SvError('SV_CONFIG_NOT_FOUND', `No config was found in ${cwd} or above it.`, {
        fix: 'Run `sv init` to write one, or name one with --config.',
      })
    : new SvError('SV_CONFIG_NOT_FOUND', `There is no config at ${resolve(cwd, file)}.`, {
        fix: basename(file) === 'package.json' ? 'Give it the key `sv`.' : 'Check the path, or run `sv init`.',
      });
}
