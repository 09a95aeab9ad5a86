import { basename, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { isSvError, SvError } from '../errors/sv-error.js';

/** What a module exports by name, and its default export where it has one. */
export interface ImportedModule {
  readonly hasDefault: boolean;
  readonly default: unknown;
  /** Names of the other exports. */
  readonly names: readonly string[];
}

/**
 * Imports a file, TypeScript included, without a build step and without temporary files.
 * Throws `SV_CONFIG_LOAD`: the place in the file, and what to do.
 *
 * @param dir folder that paths in messages are relative to
 */
export async function importModule(file: string, dir: string): Promise<ImportedModule> {
  const jiti = createJiti(file, { fsCache: false, interopDefault: false });
  let exported: unknown;
  try {
    exported = await jiti.import(file);
  } catch (error) {
    throw explain(error, file, dir);
  }
  const module = (typeof exported === 'object' && exported !== null ? exported : {}) as Record<string, unknown>;
  const esm = '__esModule' in module || Object.prototype.toString.call(module) === '[object Module]';
  if (!esm) return { hasDefault: exported !== module || Object.keys(module).length > 0, default: exported, names: [] };
  return {
    hasDefault: module.default !== undefined,
    default: unwrap(module.default),
    names: Object.keys(module).filter((name) => !['default', '__esModule', 'module.exports'].includes(name)),
  };
}

/** Finds a package from a folder, as an import there would. */
export function resolvePackage(name: string, dir: string): string | undefined {
  const url = createJiti(`${dir}${sep}sv.config.ts`, { fsCache: false }).esmResolve(name, { try: true });
  return url?.startsWith('file:') ? fileURLToPath(url) : url;
}

/** `@scope/name` of `@scope/name/sub`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** A transpiled CommonJS module holds its default export one level deeper. */
function unwrap(value: unknown): unknown {
  const nested = typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value;
  return nested ? value.default : value;
}

function explain(cause: unknown, file: string, dir: string): SvError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const message = error.message;
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  if (missing) return missingModule(missing, importerOf(message) ?? file, dir, cause);
  const parse = /ParseError: (.+?)\s*\n\s*(.+):(\d+):(\d+)/s.exec(message);
  if (parse) {
    const [, what, path = file, line, column] = parse;
    return new SvError('SV_CONFIG_LOAD', `${place(path, dir)}:${line}:${Number(column) + 1}: ${what?.trim()}.`, {
      fix: 'Correct the syntax there.',
      cause,
    });
  }
  const at = /\(?((?:file:\/\/)?\/[^()\n]*|[A-Z]:\\[^()\n]*):(\d+):(\d+)\)?/.exec(ownFrame(error.stack, file) ?? '');
  const where = at ? `${place(at[1] as string, dir)}:${at[2]}:${at[3]}` : place(file, dir);
  if (isSvError(cause)) return new SvError(cause.code, `${where}: ${message}`, { where: cause.where, cause });
  return new SvError('SV_CONFIG_LOAD', `${where}: ${error.name}: ${message}.`, {
    fix: 'It was thrown while the file loaded.',
    cause,
  });
}

function missingModule(missing: string, importer: string, dir: string, cause: unknown): SvError {
  const isFile = /^(\.|\/|file:|[A-Z]:\\)/.test(missing);
  return new SvError(
    'SV_CONFIG_LOAD',
    `${place(importer, dir)}: ${isFile ? 'there is no file' : 'the module'} \`${isFile ? place(missing, dir) : missing}\`${isFile ? '' : ' is not installed'}.`,
    { fix: isFile ? 'Correct the import.' : `Run \`npm install ${packageOf(missing)}\`.`, cause },
  );
}

const importerOf = (message: string) => /(?:imported from |Require stack:\n- )([^\n]+)/.exec(message)?.[1]?.trim();

/** The first line of a stack that lies in the file itself, else the first outside of packages. */
function ownFrame(stack: string | undefined, file: string): string | undefined {
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.find((line) => line.includes(file)) ?? frames.find((line) => !/node:|node_modules/.test(line));
}

/** A path as a person reads it: relative where it lies below the folder. */
function place(path: string, dir: string): string {
  if (path.startsWith('.')) return path;
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  const short = relative(dir, file);
  return short === '' || short.startsWith('..') ? (short === '' ? basename(file) : file) : short;
}
