import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSvError, type Logger, SvError } from '@streetvision/core';
import { writeWhole } from '../cache/write-whole.js';
import { contentHash, countSamples } from '../manifest/hash.js';
import { MANIFEST_VERSION, type ManifestLine } from '../manifest/types.js';
import { writeManifest } from '../manifest/write.js';
import { checkPicture, type Refused } from './check-picture.js';
import type { PromptGrid } from './grid.js';
import { createPlan, type PlannedPicture, type PlanOptions } from './plan.js';
import { isRefusal, isUnsent } from './refusal.js';
import { type Outcome, openState } from './state.js';
import type { GenerateDefaults, Generator } from './types.js';

/** A picture to start from. */
export interface InitPicture {
  readonly id: string;
  /** Of the picture it comes from: a split must not part the two. */
  readonly group: string;
  read(): Promise<Uint8Array>;
}

export interface GenerateOptions extends PlanOptions, Partial<GenerateDefaults> {
  readonly generator: Generator;
  readonly grid: PromptGrid;
  /** Folder of the pictures, `data.jsonl` and the journal. */
  readonly out: string;
  /** Pictures that the folder is to hold in the end. */
  readonly count: number;
  /** Requests at most, over all runs. @default twice `count` */
  readonly maxRequests?: number | undefined;
  /** What one request costs, in money of any kind. @default 0 */
  readonly price?: number | undefined;
  /** Money that may be spent, over all runs. @default no limit */
  readonly budget?: number | undefined;
  /** Bits within which two pictures count as one, 0 to 16. @default 4 */
  readonly duplicateBits?: number | undefined;
  /** Of the samples. @default `generated-` and the name of the generator */
  readonly source?: string | undefined;
  /** Where each picture starts from, by class and index. @default from noise */
  readonly init?: ((label: string, index: number) => InitPicture) | undefined;
  /** What `init` takes from, such as the name of a dataset: a folder begun with another is refused. */
  readonly initFrom?: string | undefined;
  /** How much of it may change, in (0, 1]. @default 0.7 */
  readonly strength?: number | undefined;
  /** Pause after the first failure, in milliseconds; doubles with each in a row. @default 1_000 */
  readonly backoffMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Told after each request. */
  readonly onRequest?: ((kept: number, refused: number) => void) | undefined;
}

export interface Generated {
  /** Pictures in the folder. */
  readonly pictures: number;
  readonly labels: Readonly<Record<string, number>>;
  /** Requests over all runs, also those that failed or were cut off, and those of this one. */
  readonly requests: number;
  readonly requestsNow: number;
  readonly refused: Readonly<Partial<Record<Refused, number>>>;
  readonly cost: number;
  /** Why it ended before `count`. */
  readonly stopped: 'requests' | 'budget' | null;
  /** The manifest. */
  readonly file: string;
}

/** Failures one after the other after which nothing more is tried. */
const MAX_FAILURES = 3;

/**
 * Makes pictures from a grid of prompts into a folder, with a manifest. Every request is written down with its cost
 * before it is sent, and again when it is done: the same call goes on after an interruption, asks twice for nothing but
 * the request that was cut off, and counts that one too.
 * Throws `SV_GENERATOR` after three failures in a row, `SV_RUN_INVALID` where the folder belongs to other settings.
 */
export async function generatePictures(options: GenerateOptions): Promise<Generated> {
  const { generator, grid, out, count, price = 0, budget, signal, log, onRequest } = options;
  const { seed = 0, hardShare, shares, duplicateBits = 4, strength = 0.7, backoffMs = 1_000 } = options;
  checkNumbers(options);
  const size = { ...generator.defaults, ...defined(options) };
  const source = options.source ?? `generated-${generator.name}`;
  const plan = createPlan(grid, {
    seed,
    ...(hardShare === undefined ? {} : { hardShare }),
    ...(shares ? { shares } : {}),
  });
  const settings = {
    generator: generator.name,
    ...generator.identity,
    source,
    duplicateBits,
    grid,
    seed,
    hardShare,
    shares,
    ...size,
    init: options.init ? (options.initFrom ?? true) : undefined,
    strength: options.init ? strength : undefined,
  };
  const state = await openState(out, JSON.parse(JSON.stringify(settings)) as object);
  const maxRequests = options.maxRequests ?? count * 2;
  const lines: ManifestLine[] = [];
  const known = new Map<string, string>();
  const refused: Partial<Record<Refused, number>> = {};
  const before = state.spent();
  let failures = 0;
  let stopped: Generated['stopped'] = null;

  const take = (outcome: Outcome) => {
    for (const [i, line] of outcome.lines.entries()) {
      lines.push(line);
      known.set(outcome.hashes[i] as string, line.id);
    }
    for (const { why } of outcome.refused) refused[why] = (refused[why] ?? 0) + 1;
  };

  const limitReached = (): Generated['stopped'] => {
    const { requests, cost } = state.spent();
    if (requests >= maxRequests) return 'requests';
    // Cents add up to a little more than their sum.
    return budget !== undefined && cost + price > budget * (1 + 1e-9) ? 'budget' : null;
  };

  /** Undefined where nothing more may be asked. */
  async function request(picture: PlannedPicture): Promise<Outcome | undefined> {
    const init = options.init?.(picture.label, picture.index);
    const { prompt, negativePrompt, seed } = picture;
    const asked = {
      ...{ prompt, negativePrompt, seed, ...size },
      ...(init ? { init: { bytes: await init.read(), strength } } : {}),
    };
    const found = (await earlier(out, picture)) ?? (await generator.found?.(asked, { signal, log }));
    if (found) return sift(found, picture, init);
    stopped = limitReached();
    if (stopped) return undefined;
    let unsend = await state.ask(picture.index, price);
    const again = async () => {
      if (limitReached()) return false;
      unsend = await state.ask(picture.index, price);
      return true;
    };
    try {
      const ctx = { signal, log, again };
      const made = generator.generateClip
        ? await generator.generateClip(asked, ctx)
        : [await generator.generate(asked, ctx)];
      return await sift(made, picture, init);
    } catch (error) {
      if (isUnsent(error)) await unsend();
      if (!isRefusal(error)) throw error;
      log.debug('the generator refused', { index: picture.index, reason: (error as Error).message });
      return { lines: [], hashes: [], refused: [{ why: 'refused' }] };
    }
  }

  async function sift(
    made: readonly Uint8Array[],
    picture: PlannedPicture,
    init: InitPicture | undefined,
  ): Promise<Outcome> {
    const outcome = {
      lines: [] as ManifestLine[],
      hashes: [] as string[],
      refused: [] as { why: Refused; of?: string }[],
    };
    const { index: _, label, hard, ...rest } = picture;
    for (const [i, bytes] of made.entries()) {
      // Frames of one clip are alike by their nature: they are compared with other requests alone.
      const { hash, why, of } = await checkPicture(bytes, known, duplicateBits);
      if (why) {
        outcome.refused.push({ why, ...(of === undefined ? {} : { of }) });
        continue;
      }
      const file = `${fileStem(picture)}${made.length > 1 ? `-${String(i).padStart(3, '0')}` : ''}.${extensionOf(bytes)}`;
      await writeWhole(join(out, file), bytes);
      outcome.hashes.push(hash);
      outcome.lines.push({
        id: file,
        file,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        label,
        group: init?.group ?? `${generator.name}/${picture.seed}`,
        source,
        meta: { generator: generator.name, ...rest, ...size, hard, ...(init ? { init: init.id, strength } : {}) },
      });
    }
    return outcome;
  }

  const save = async () => {
    const header = {
      version: MANIFEST_VERSION,
      name: source,
      sha256: contentHash(lines),
      counts: countSamples(lines),
    } as const;
    await writeManifest(join(out, 'data.jsonl'), { header, lines });
  };

  try {
    for (let index = 0; ; index++) {
      const done = state.get(index);
      if (done) {
        take(done);
        continue;
      }
      if (lines.length >= count) break;
      signal.throwIfAborted();
      try {
        const outcome = await request(plan(index));
        if (!outcome) break;
        await state.add(index, outcome);
        take(outcome);
        failures = 0;
        onRequest?.(outcome.lines.length, outcome.refused.length);
      } catch (error) {
        if (signal.aborted || !isSvError(error) || error.code !== 'SV_GENERATOR' || ++failures >= MAX_FAILURES)
          throw error;
        log.warn('a picture could not be made, trying again', { index, reason: error.message });
        index--;
        if (!limitReached())
          await sleep(Math.max(backoffMs * 2 ** (failures - 1), error.retryAfterMs ?? 0), undefined, { signal });
      }
    }
  } finally {
    await state.close();
    if (lines.length > 0) await save();
  }
  const { requests, cost } = state.spent();
  if (lines.length === 0) {
    throw new SvError('SV_GENERATOR', `None of ${requests} pictures can be used: ${JSON.stringify(refused)}.`, {
      fix: stopped === 'budget' ? 'Raise --budget.' : 'Look at what the generator makes of the prompts.',
    });
  }
  const { labels } = countSamples(lines);
  return {
    pictures: lines.length,
    labels,
    requests,
    requestsNow: requests - before.requests,
    refused,
    cost,
    stopped,
    file: join(out, 'data.jsonl'),
  };
}

const fileStem = ({ label, index, seed }: PlannedPicture) =>
  `${label.replace(/[^\w.-]+/g, '_')}/${String(index).padStart(6, '0')}-${seed}`;

/** A picture that was written, but not written down, when an earlier run ended. */
async function earlier(out: string, picture: PlannedPicture): Promise<readonly Uint8Array[] | undefined> {
  for (const extension of EXTENSIONS) {
    const bytes = await readFile(join(out, `${fileStem(picture)}.${extension}`)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      },
    );
    if (bytes) return [bytes];
  }
  return undefined;
}

const EXTENSIONS = ['png', 'jpg', 'webp'] as const;

const extensionOf = (bytes: Uint8Array) => (bytes[0] === 0xff ? 'jpg' : bytes[0] === 0x52 ? 'webp' : 'png');

const defined = ({ width, height, steps, guidance }: Partial<GenerateDefaults>): Partial<GenerateDefaults> =>
  Object.fromEntries(Object.entries({ width, height, steps, guidance }).filter(([, value]) => value !== undefined));

function checkNumbers({
  count,
  maxRequests,
  price = 0,
  budget = 0,
  duplicateBits = 0,
  strength = 0.7,
  width = 64,
  height = 64,
}: GenerateOptions): void {
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  const wrong =
    (!whole(count, 1) && `count ${count}`) ||
    (maxRequests !== undefined && !whole(maxRequests, 1) && `requests ${maxRequests}`) ||
    (!(price >= 0 && Number.isFinite(price)) && `price ${price}`) ||
    (!(budget >= 0) && `budget ${budget}`) ||
    (!(whole(duplicateBits, 0) && duplicateBits <= 16) && `duplicate bits ${duplicateBits}`) ||
    (!(strength > 0 && strength <= 1) && `strength ${strength}`) ||
    (!(whole(width, 16) && whole(height, 16) && Math.max(width, height) <= 16_384) && `size ${width}×${height}`);
  if (wrong) throw new SvError('SV_TRAIN_OPTIONS', `The setting ${wrong} is out of range.`);
}
