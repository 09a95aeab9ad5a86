import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRandom, type FrozenBackbone, SvError } from '@streetvision/core';
import { gather } from '../features/compute.js';
import type { Collected } from './collect.js';
import type { Earlier } from './earlier.js';
import type { TrainOptions } from './options.js';
import { isRunFolder, readRun, readTable } from './run-folder.js';
import type { Row, Table } from './table.js';

export interface ReplayContext {
  readonly options: TrainOptions;
  readonly earlier: Earlier | undefined;
  readonly dir: string;
  readonly backbone: Pick<FrozenBackbone, 'identity'>;
  /** Reads a dataset, with features. */
  readonly read: (data: string) => Promise<Collected>;
}

const DEFAULT_SHARE = 0.3;

/** The new samples, with those mixed in that the options ask for. Throws `SV_RUN_INVALID`, `SV_DATA_*`. */
export async function withReplay(fresh: Table, ctx: ReplayContext): Promise<Table> {
  const { options, earlier, dir, backbone, read } = ctx;
  const from = options.replay ?? (earlier?.folder && options.from);
  const share = options.replayShare ?? (from === undefined ? 0 : DEFAULT_SHARE);
  if (share === 0) return fresh;
  if (from === undefined) {
    throw new SvError('SV_TRAIN_OPTIONS', `Nothing is known of what ${options.from} was trained on.`, {
      fix: 'Name a run folder or dataset to replay: --replay labels.csv.',
    });
  }
  const folder = options.replay === undefined ? (earlier?.folder as string) : resolve(dir, from);
  if (!(await isRunFolder(folder))) return mixIn(fresh, (await read(from)).table, share, options.seed ?? 0);
  const run = await readRun(folder);
  if (!isDeepStrictEqual(run.backbone.identity, JSON.parse(JSON.stringify(backbone.identity)))) {
    throw new SvError('SV_RUN_INVALID', `Run ${from} holds features of another backbone, feature or preprocessing.`, {
      fix: 'Name the data it was trained on instead, so that features are computed again: --replay labels.csv.',
    });
  }
  return mixIn(fresh, await readTable(folder, run.head), share, options.seed ?? 0);
}

/**
 * New samples, with old ones mixed in until they make up `share` of all: drawn class by class as the old ones are
 * distributed, the same for the same seed. A picture that is among the new ones is not replayed.
 */
export function mixIn(fresh: Table, old: Table, share: number, seed: number): Table {
  const known = new Set(fresh.rows.map(({ sha256 }) => sha256));
  const able = [...old.rows.keys()].filter((i) => !known.has(old.rows[i]?.sha256 as string));
  const wanted = Math.min(able.length, Math.round((fresh.rows.length * share) / (1 - share)));
  const chosen = draw(old.rows, able, wanted, seed).sort((a, b) => a - b);
  if (chosen.length === 0) return fresh;
  const taken = new Set(fresh.rows.map(({ id }) => id));
  const { dimension } = fresh;
  const features = new Float32Array((fresh.rows.length + chosen.length) * dimension);
  features.set(fresh.features);
  features.set(gather(old.features, dimension, chosen), fresh.features.length);
  const replayed = chosen.map((i): Row => {
    const { id, label, group, source, sha256 } = old.rows[i] as Row;
    // Ids are unique in a dataset, not across two.
    const own = taken.has(id) ? `replayed/${id}` : id;
    // A picture of no group has its own id for one.
    return { id: own, label, group: group === id ? own : group, source, sha256, replayed: true };
  });
  return { rows: [...fresh.rows, ...replayed], features, dimension };
}

function draw(rows: readonly Row[], able: readonly number[], wanted: number, seed: number): number[] {
  const shuffled = createRandom(seed).fork('replay').shuffle(able);
  const byClass = new Map<string, number[]>();
  for (const i of shuffled) {
    const { label } = rows[i] as Row;
    const members = byClass.get(label);
    if (members) members.push(i);
    else byClass.set(label, [i]);
  }
  // Largest remainder: shares as whole numbers that add up to what is wanted.
  const quotas = [...byClass.values()].map((members) => {
    const exact = (members.length * wanted) / Math.max(1, able.length);
    return { members, take: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let missing = wanted - quotas.reduce((sum, { take }) => sum + take, 0);
  const order = [...quotas].sort((a, b) => b.rest - a.rest);
  return order.flatMap(({ members, take }) => members.slice(0, take + (missing-- > 0 ? 1 : 0)));
}
