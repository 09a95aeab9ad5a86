import { dirname } from 'node:path';
import { isSvError, SvError } from '../../errors/sv-error.js';
import { size } from '../../models/disk.js';
import {
  createModelStore,
  type ModelProgress,
  type ModelStore,
  type Pruned,
  type Verified,
} from '../../models/index.js';
import type { ModelFile, ModelRef, ModelsOptions } from '../../types/index.js';
import type { CliCall, CliCommand } from '../command.js';
import { createDownloadProgress } from '../download-progress.js';
import { EXIT_CODES } from '../exit-codes.js';
import { printable } from '../printable.js';

const JSON_OPTION = { flags: '--json', description: 'write JSON' };

const pull: CliCommand = {
  name: 'models pull',
  description: 'download and verify models; without references, everything in sv.lock',
  args: '[refs...]',
  options: [{ flags: '--update', description: 'resolve branches anew and pin what they stand for now' }, JSON_OPTION],
  async run(call) {
    const refs = (call.args[0] ?? []) as readonly ModelRef[];
    const progress = createDownloadProgress(call.io, call.global.quiet === true, call.colors.err);
    const store = await storeFor(call, progress.update);
    try {
      const files = await pullModels(store, refs, { update: Boolean(call.options.update), signal: call.signal });
      progress.stop();
      call.print(
        call.options.json
          ? JSON.stringify(files, null, 2)
          : table(files.map(({ ref, bytes, path }) => [ref, size(bytes), path])),
      );
    } finally {
      progress.stop();
    }
  },
};

const list: CliCommand = {
  name: 'models list',
  description: 'show what is in the cache; * marks what the sv.lock of this project pins',
  options: [JSON_OPTION],
  async run(call) {
    const store = await storeFor(call);
    const files = await store.list();
    if (call.options.json) return call.print(JSON.stringify(files, null, 2));
    if (files.length === 0) return call.print(`No models in ${store.cache}.`);
    call.print(
      table(files.map(({ ref, bytes, sha256, used }) => [used ? '*' : ' ', ref, size(bytes), sha256.slice(0, 12)])),
    );
    call.print(`${size(files.reduce((sum, { bytes }) => sum + bytes, 0))} in ${store.cache}`);
  },
};

const verify: CliCommand = {
  name: 'models verify',
  description: 'hash every file in the cache again',
  options: [{ flags: '--repair', description: 'download what is damaged again' }, JSON_OPTION],
  async run(call) {
    const progress = createDownloadProgress(call.io, call.global.quiet === true, call.colors.err);
    const store = await storeFor(call, progress.update);
    try {
      const verified = await store.verify({ repair: Boolean(call.options.repair), signal: call.signal });
      progress.stop();
      call.print(call.options.json ? JSON.stringify(verified, null, 2) : verifiedText(verified));
      return verified.some(({ status }) => status === 'damaged') ? EXIT_CODES.failure.code : EXIT_CODES.ok.code;
    } finally {
      progress.stop();
    }
  },
};

const prune: CliCommand = {
  name: 'models prune',
  description: 'remove from the cache what the sv.lock of this project does not pin; other projects share the cache',
  options: [
    { flags: '--all', description: 'empty the cache' },
    { flags: '--dry-run', description: 'only say what would go' },
    JSON_OPTION,
  ],
  async run(call) {
    const store = await storeFor(call);
    const dryRun = Boolean(call.options.dryRun);
    const pruned = await store.prune({ all: Boolean(call.options.all), dryRun });
    call.print(call.options.json ? JSON.stringify(pruned, null, 2) : prunedText(pruned, dryRun));
  },
};

/** `sv models …` */
export const models: readonly CliCommand[] = [pull, list, verify, prune];

/** Gets each reference, one after the other; what is there already costs nothing. Throws `SV_MODEL_*`. */
export async function pullModels(
  store: ModelStore,
  refs: readonly ModelRef[],
  { update, signal }: { readonly update: boolean; readonly signal: AbortSignal },
): Promise<ModelFile[]> {
  const wanted = refs.length > 0 ? refs : await store.pinned();
  if (wanted.length === 0) {
    throw new SvError('SV_CLI_USAGE', `No reference was given, and ${store.lock} pins none.`, {
      fix: 'Run `sv models pull hf:org/name@revision/file`.',
    });
  }
  const all = new Set([...wanted, ...(update ? await store.unpin(wanted) : [])]);
  const files: ModelFile[] = [];
  for (const ref of all) files.push(await store.get(ref, { signal }));
  return files;
}

/** The store as the config, if there is one, sets it. */
async function storeFor(call: CliCall, onProgress?: (progress: ModelProgress) => void): Promise<ModelStore> {
  const { dir, options } = await modelsOptions(call);
  const offline = call.global.offline ?? options.offline;
  return createModelStore({ ...options, offline, dir, log: call.log, onProgress });
}

async function modelsOptions(call: CliCall): Promise<{ readonly dir: string; readonly options: ModelsOptions }> {
  try {
    const { config, path } = await call.config();
    return { dir: dirname(path), options: config.models ?? {} };
  } catch (error) {
    // Weights can be pulled before there is a config, while an image is built for instance.
    if (isSvError(error) && error.code === 'SV_CONFIG_NOT_FOUND' && !call.global.config)
      return { dir: call.cwd, options: {} };
    throw error;
  }
}

function verifiedText(verified: readonly Verified[]): string {
  if (verified.length === 0) return 'The cache is empty.';
  const rows = verified.map(({ status, ref, expected, actual }) => [
    status,
    ref,
    status === 'damaged' ? `sha256 ${actual}, expected ${expected}` : '',
  ]);
  const damaged = verified.filter(({ status }) => status === 'damaged').length;
  return damaged > 0 ? `${table(rows)}\n${damaged} damaged. Run \`sv models verify --repair\`.` : table(rows);
}

function prunedText({ paths, bytes }: Pruned, dryRun: boolean): string {
  if (paths.length === 0) return 'Nothing to remove.';
  const files = `${paths.length} file${paths.length === 1 ? '' : 's'}`;
  return [...paths.map(printable), `${dryRun ? 'Would remove' : 'Removed'} ${files}, ${size(bytes)}.`].join('\n');
}

function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(printable));
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
