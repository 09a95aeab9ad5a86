import {
  createFrame,
  type DataContext,
  type DataFormat,
  type Dataset,
  openDataset,
  type Source,
  SvError,
  type Task,
} from '@streetvision/core';
import type { SetOptions } from '../options.js';

/** Opens a set of the config by its name. Its reference starts from the folder of the config. */
export async function openSet(
  name: string,
  { ref, group, source, limit = Number.POSITIVE_INFINITY }: SetOptions,
  formats: readonly DataFormat[],
  ctx: DataContext,
): Promise<Dataset> {
  const column = ctx.group ?? group;
  const dataset = await openDataset(
    ref,
    // A set that means itself would be looked up for ever.
    formats.filter((format) => format.name !== 'set'),
    { ...ctx, dir: ctx.configDir ?? ctx.dir, ...(column === undefined ? {} : { group: column }) },
  );
  return {
    name,
    ...(dataset.count === undefined ? {} : { count: Math.min(limit, dataset.count) }),
    async *samples() {
      let taken = 0;
      for await (const sample of dataset.samples()) {
        yield source === undefined ? sample : { ...sample, source };
        if (++taken >= limit) return;
      }
    },
  };
}

/** Reads `city` where the config has a set of that name: `--data city`. */
export function setFormat(
  sets: ReadonlyMap<string, SetOptions>,
  formats: () => readonly DataFormat[],
): DataFormat<'set'> {
  return {
    name: 'set',
    description: `a set of the config: ${[...sets.keys()].join(', ')}`,
    detect: (ref) => sets.has(ref),
    open(ref, ctx) {
      const set = sets.get(ref);
      if (set) return openSet(ref, set, formats(), ctx);
      throw new SvError(
        'SV_DATA_NOT_FOUND',
        `The config has no set \`${ref}\`. Sets are ${[...sets.keys()].join(', ')}.`,
      );
    },
  };
}

/** A source per set: `sv run source:city`. Labels and groups are in the `meta` of its frames. */
export function setSources(
  sets: ReadonlyMap<string, SetOptions>,
  formats: () => readonly DataFormat[],
  task: () => Task | undefined,
): Source[] {
  return [...sets].map(([name, set]) => ({
    name,
    async *frames({ signal, log, dir = process.cwd() }) {
      const problem = ({ where, message }: { where: string; message: string }) => log.warn(`${where}: ${message}`);
      const dataset = await openSet(name, set, formats(), { dir, configDir: dir, task: task(), log, signal, problem });
      for await (const { id, label, group, source, meta, read } of dataset.samples()) {
        yield createFrame({ id, bytes: await read(), meta: { ...meta, label, group, source } });
      }
    },
  }));
}
