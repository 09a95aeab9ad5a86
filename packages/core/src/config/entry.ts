import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../errors/codes.js';
import { isSvError, SvError } from '../errors/sv-error.js';
import { type ImportedModule, importModule, packageOf, resolvePackage } from './import-module.js';
import { isClass, received } from './received.js';

/** What a config names: a plugin or a task. */
export interface Wanted {
  readonly what: 'plugin' | 'task';
  readonly missing: ErrorCode;
  readonly invalid: ErrorCode;
}

/** Makes what a package or a local file exports by default. @param path where it stands in the config: `plugins[2]` */
export async function makeNamed(
  [name, options]: readonly [name: string, options?: unknown],
  { path, dir, wanted }: { readonly path: string; readonly dir: string; readonly wanted: Wanted },
): Promise<unknown> {
  const module = await importModule(locate(name, path, dir, wanted), dir);
  const label = `${path} (${name})`;
  const made = module.default;
  if (!module.hasDefault) throw noDefault(module, label, wanted);
  if (isClass(made)) throw classExport(label, wanted);
  if (typeof made === 'function') return await call(made as (options: unknown) => unknown, options, label, wanted);
  if (options === undefined) return made;
  throw new SvError(
    wanted.invalid,
    `${label}: takes no options, since it exports ${received(made)} and not a factory.`,
    {
      fix: `Write the name alone, or export a function of the options that returns the ${wanted.what}.`,
    },
  );
}

async function call(
  factory: (options: unknown) => unknown,
  options: unknown,
  label: string,
  { what, invalid }: Wanted,
) {
  let made: unknown;
  try {
    made = await factory(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SvError(isSvError(cause) ? cause.code : invalid, `${label}: ${message}`, { cause });
  }
  if (typeof made === 'object' && made !== null) return made;
  throw new SvError(invalid, `${label}: its factory returned ${received(made)}, expected a ${what} object.`, {
    fix: `Return the object that define${what === 'plugin' ? 'Plugin' : 'Task'} returns.`,
  });
}

function locate(name: string, path: string, dir: string, wanted: Wanted): string {
  const isFile = /^\.{1,2}[\\/]|^file:/.test(name) || isAbsolute(name);
  if (!isFile) {
    const found = resolvePackage(name, dir);
    if (found) return found;
    throw new SvError(wanted.missing, `${path}: the package \`${name}\` is not installed in ${dir} or above it.`, {
      fix: `Run \`npm install ${packageOf(name)}\`; a local file starts with \`./\`.`,
    });
  }
  const file = name.startsWith('file:') ? fileURLToPath(name) : resolve(dir, name);
  if (existsSync(file)) return file;
  throw new SvError(wanted.missing, `${path}: there is no file ${file}.`, { fix: `Paths start from ${dir}.` });
}

function noDefault({ names }: ImportedModule, label: string, { what, invalid }: Wanted): SvError {
  const near = names.find((name) => /^[a-z]/.test(name)) ?? names[0];
  return new SvError(
    invalid,
    near
      ? `${label}: the default export is missing; the module exports ${names.map((name) => `\`${name}\``).join(', ')}.`
      : `${label}: the module exports nothing.`,
    {
      fix: near
        ? `Add \`export default ${near}\` there, or import \`${near}\` in a config written as .ts or .js.`
        : `Export a function that returns the ${what} as the default.`,
    },
  );
}

export function classExport(label: string, { what, invalid }: Wanted): SvError {
  return new SvError(invalid, `${label}: the export is a class, expected a function that returns a ${what} object.`, {
    fix:
      what === 'plugin'
        ? 'Write `export default (options) => definePlugin({ … })`.'
        : 'Write `export default (options) => defineTask({ … })`.',
  });
}
