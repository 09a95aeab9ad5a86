import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SvError } from '../errors/sv-error.js';
import type { ModelRef } from '../types/index.js';
import { type FileRef, type NpmRef, parseModelRef } from './model-ref.js';
import { ignoreMissing } from './part-file.js';

/**
 * Where a `file:` or `npm:` reference lies, unread; `undefined` for one that is downloaded. For what must not load
 * models, such as a plugin's `doctor`.
 * @param dir the config's folder
 * @throws SV_MODEL_REF, SV_MODEL_NOT_FOUND
 *
 * @example
 * await localModelPath('npm:@streetvision/backbone-starter/model/head.onnx', process.cwd());
 */
export async function localModelPath(ref: ModelRef, dir: string): Promise<string | undefined> {
  const parsed = parseModelRef(ref);
  if (parsed.kind === 'npm') return findInPackage(parsed, dir);
  return parsed.kind === 'file' ? findFile(parsed, dir) : undefined;
}

/** The path of a `file:` reference. @throws SV_MODEL_REF for folders, SV_MODEL_NOT_FOUND */
export async function findFile({ ref, path }: FileRef, dir: string): Promise<string> {
  const found = path.startsWith('//') ? fileUrlPath(ref) : resolve(dir, path);
  return requireFile(ref, found, 'Paths are relative to the folder of the config.');
}

/**
 * The path of an `npm:` reference: looked for in the `node_modules` folders from the project upwards, as Node does,
 * but past the package's `exports`, which seldom list weights.
 * @throws SV_MODEL_NOT_FOUND
 */
export async function findInPackage({ ref, package: name, file }: NpmRef, dir: string): Promise<string> {
  const folders = createRequire(join(dir, 'sv.config.js')).resolve.paths(name) ?? [];
  for (const folder of folders) {
    const packageFolder = join(folder, ...name.split('/'));
    if (await stat(join(packageFolder, 'package.json')).catch(ignoreMissing)) {
      return requireFile(
        ref,
        join(packageFolder, ...file.split('/')),
        `The installed ${name} lies in ${packageFolder}.`,
      );
    }
  }
  throw new SvError('SV_MODEL_NOT_FOUND', `\`${ref}\`: the package ${name} is not installed for ${dir}.`, {
    fix: `Run \`npm install ${name}\`.`,
  });
}

/** Weights that a local graph keeps beside itself must be there. */
export async function requireBeside(ref: string, path: string, location: string): Promise<void> {
  const beside = join(dirname(path), location);
  if (await stat(beside).catch(ignoreMissing)) return;
  throw new SvError('SV_MODEL_FOLDER', `\`${ref}\` keeps its weights in \`${location}\`, which is not beside it.`, {
    fix: `Copy it to ${beside}; it must keep its name.`,
  });
}

async function requireFile(ref: string, path: string, hint: string): Promise<string> {
  const found = await stat(path).catch(ignoreMissing);
  if (!found) throw new SvError('SV_MODEL_NOT_FOUND', `\`${ref}\`: there is no ${path}.`, { fix: hint });
  if (found.isDirectory()) {
    throw new SvError('SV_MODEL_REF', `\`${ref}\` is a folder, but a reference names one file.`, {
      fix: `Name the file in it, such as \`${ref.replace(/\/$/, '')}/model.onnx\`.`,
    });
  }
  return path;
}

function fileUrlPath(ref: string): string {
  try {
    return fileURLToPath(ref);
  } catch (cause) {
    throw new SvError('SV_MODEL_REF', `\`${ref}\` is not a file URL of this machine.`, {
      fix: 'Write `file:path` or `file:///absolute/path`.',
      cause,
    });
  }
}
