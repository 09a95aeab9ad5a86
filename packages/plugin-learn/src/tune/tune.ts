import { createRandom, createReplay, type Project, type Random, type Replay, SvError } from '@streetvision/core';
import { answerAll, checkPrices, judgedOf } from '../evaluate/answer.js';
import { checkTask, taskOf } from '../evaluate/evaluate.js';
import { differencesOf, intervalsOf, type Side, STATISTICS } from '../evaluate/intervals.js';
import { money } from '../evaluate/summary.js';
import { variantOf } from '../evaluate/variants.js';
import type { RecordedFrame, Recording } from '../recording/types.js';
import { applySetting, namesOf, type Room, roomOf, type Setting, snippetOf } from './cascade.js';
import { partsOf } from './parts.js';
import { type Found, searchWindows } from './search.js';
import { type Bounds, boundsOf, exitsOf, whatIfTable } from './table.js';
import { tryWindows } from './try.js';
import type { HeldOut, TuneOptions, Tuning } from './types.js';

/**
 * Searches windows and weights of a cascade on one part of a recording, under a budget, and judges what it found on the
 * other part, which it has not looked at. The same seed finds the same.
 *
 * Throws `SV_TRAIN_OPTIONS` where nothing keeps within the budget or nothing is there to search, `SV_DATA_SPLIT`,
 * `SV_RUN_INVALID`, `SV_TRAIN_DATA` where a part has one class only.
 *
 * @example
 * const { heldOut, snippet } = await tune(project, await readRecording('recording.jsonl'), { budgetMs: 20 });
 */
export async function tune(project: Project, recording: Recording, options: TuneOptions = {}): Promise<Tuning> {
  const task = taskOf(project);
  checkTask(recording, task);
  const { metric = 'mcc', tries = 2_000, seed = 0, prices = {}, resamples = 1_000 } = options;
  const threshold = options.threshold ?? task.threshold ?? 0.5;
  const cut = { threshold };
  const { positive } = task;
  const { cascade } = project;
  checkOptions(options, metric);
  checkPrices(prices, [...new Set(cascade.flatMap(namesOf))]);
  const room = roomOf(cascade, options.weights !== false);
  if (!room.some(({ window, weights }) => window || weights.length > 0)) throw nothingToSearch(room);
  const { search, judge, names } = partsOf(recording, options.share ?? 0.5, seed);
  for (const [part, name] of [
    [search, 'to search on'],
    [judge, 'to judge on'],
  ] as const)
    checkClasses(part, positive, name);

  const budget = {
    ms: options.budgetMs ?? Number.POSITIVE_INFINITY,
    price: options.budgetPrice ?? Number.POSITIVE_INFINITY,
  };
  const replay = await createReplay(project, recording.header.stages);
  try {
    const random = createRandom(seed).fork('tune');
    let best: (Found & Setting) | undefined;
    let cheapest = { ms: Number.POSITIVE_INFINITY, price: Number.POSITIVE_INFINITY };
    const weightings = weightingsOf(room, random.fork('weights'));
    const each = Math.max(50, Math.round(tries / weightings.length));
    let tried = 0;
    for (const [i, weights] of weightings.entries()) {
      const none = { windows: cascade.map(() => undefined), weights };
      const table = await whatIfTable(replay, applySetting(cascade, none, room), search, positive, prices);
      const context = {
        table,
        free: room.map(({ window }) => window),
        fixed: cascade.map((step, at) => (room[at]?.window ? undefined : exitsOf(step).map(boundsOf).find(Boolean))),
        cut,
        metric,
        random: random.fork(i),
      };
      const found = searchWindows({ ...context, budget }, each);
      tried += each;
      if (found && (!best || found.value > best.value + 1e-12)) best = { ...found, weights };
      // Everything ends where it can: no setting is cheaper.
      const eager = context.fixed.map((window, at): Bounds | undefined =>
        context.free[at] ? [threshold, threshold] : window,
      );
      const least = tryWindows(table, eager, cut);
      if (least.ms < cheapest.ms) cheapest = least;
    }
    if (!best) throw overBudget(budget, cheapest);
    const setting = simplify(best, room);
    const judged = await judgeOn(replay, setting, room, {
      project,
      judge,
      positive,
      prices,
      cut,
      metric,
      resamples,
      seed,
    });
    const priced = Object.keys(prices).length > 0;
    return {
      version: 1,
      metric,
      budget: { ms: options.budgetMs ?? null, price: options.budgetPrice ?? null },
      threshold,
      seed,
      tries: tried,
      parts: { search: partFacts(search, names[0]), judge: partFacts(judge, names[1]) },
      steps: cascade.map((step, i) => ({
        step: i,
        stages: namesOf(step),
        window: setting.windows[i] ?? null,
        weights: setting.weights[i] ?? null,
        ...(room[i]?.left === undefined ? {} : { left: room[i].left }),
      })),
      searched: { value: best.value, ms: best.tried.ms, price: priced ? best.tried.price : null },
      ...judged,
      withinBudget: (judged.heldOut.ms ?? 0) <= budget.ms && (judged.heldOut.price ?? 0) <= budget.price,
      snippet: snippetOf(cascade, setting, room),
      caveats: caveatsOf(judged, room, search.length),
    };
  } finally {
    await replay.close();
  }
}

/** A window that never ends anything is none; one that was not searched stays where it is. */
function simplify({ windows, weights }: Setting, room: readonly Room[]): Setting {
  const idle = ([low, high]: Bounds) => low <= 0 && high >= 1;
  return {
    windows: windows.map((bounds, i) => (bounds && room[i]?.window && !idle(bounds) ? bounds : undefined)),
    weights,
  };
}

/** As configured first; then drawn, from even to one-sided. */
const WEIGHTINGS = 12;

function weightingsOf(room: readonly Room[], random: Random): Setting['weights'][] {
  const configured = room.map(() => undefined);
  if (!room.some(({ weights }) => weights.length > 0)) return [configured];
  const drawn = Array.from({ length: WEIGHTINGS }, () =>
    room.map(({ weights }) => {
      // Some steps keep their own fusion, so that each can gain by itself.
      if (weights.length === 0 || random.next() < 0.25) return undefined;
      return Object.fromEntries(weights.map((name) => [name, Math.max(0.05, Math.round(random.next() * 20) / 20)]));
    }),
  );
  return [configured, ...drawn];
}

interface JudgeContext {
  readonly project: Project;
  readonly judge: readonly RecordedFrame[];
  readonly positive: string;
  readonly prices: Readonly<Record<string, number>>;
  readonly cut: { readonly threshold: number };
  readonly metric: NonNullable<TuneOptions['metric']>;
  readonly resamples: number;
  readonly seed: number;
}

/** Both cascades over the part that was not searched, through the real replay. */
async function judgeOn(replay: Replay, setting: Setting, room: readonly Room[], ctx: JudgeContext) {
  const { project, judge, positive, prices, cut, metric, resamples, seed } = ctx;
  const statistic = STATISTICS[metric](cut);
  const tuned = await replay.with(applySetting(project.cascade, setting, room));
  const after = await answerAll(tuned, judge, positive, prices);
  const before = await answerAll(replay, judge, positive, prices);
  const figures = (answers: typeof after): HeldOut => {
    const judged = judgedOf(answers.answered);
    return {
      ...variantOf(answers, cut),
      value: statistic(judged),
      interval: intervalsOf(judged, cut, { resamples, seed })[metric],
    };
  };
  const ids = new Set(before.answered.map(({ frame }) => frame.id));
  const first = after.answered.filter(({ frame }) => ids.has(frame.id));
  const common = new Set(first.map(({ frame }) => frame.id));
  const second = before.answered.filter(({ frame }) => common.has(frame.id));
  const sides = [first, second].map((answered) => ({ judged: judgedOf(answered), cut })) as [Side, Side];
  const paired = differencesOf(...sides, { resamples, seed })[metric];
  return {
    heldOut: figures(after),
    before: figures(before),
    gain: paired && { value: paired.estimate, interval: { low: paired.low, high: paired.high }, pValue: paired.pValue },
  };
}

const partFacts = (frames: readonly RecordedFrame[], name: string | null) => ({
  name,
  n: frames.length,
  groups: new Set(frames.map(({ group }) => group)).size,
});

function caveatsOf({ gain }: Pick<Tuning, 'gain'>, room: readonly Room[], n: number): string[] {
  return [
    ...(gain && gain.interval.low <= 0
      ? ['On pictures that were not searched on the gain may be chance: its interval reaches 0.']
      : []),
    ...(n < 200 ? [`It was searched on ${n} pictures only: bounds are rough.`] : []),
    ...(room.some(({ window }) => window)
      ? ['Windows that were searched carry no guarantee; sv calibrate gives exits that do.']
      : []),
  ];
}

function checkOptions({ budgetMs, budgetPrice, prices, tries, threshold }: TuneOptions, metric: string): void {
  const wrong = (what: string, fix?: string) => new SvError('SV_TRAIN_OPTIONS', what, fix === undefined ? {} : { fix });
  if (!['mcc', 'balancedAccuracy', 'accuracy'].includes(metric)) {
    throw wrong(`The metric is \`${metric}\`, expected mcc, balancedAccuracy or accuracy.`);
  }
  for (const [name, value] of [
    ['budgetMs', budgetMs],
    ['budgetPrice', budgetPrice],
  ] as const) {
    if (value !== undefined && !(value > 0)) throw wrong(`${name} is ${value}, expected a number above 0.`);
  }
  if (budgetPrice !== undefined && Object.keys(prices ?? {}).length === 0) {
    throw wrong('There is a budget in price, and no stage has one.', 'Say what stages cost: --price glm=0.002.');
  }
  if (tries !== undefined && !(Number.isSafeInteger(tries) && tries >= 50)) {
    throw wrong(`${tries} tries, expected a whole number from 50 on.`);
  }
  if (threshold !== undefined && !(threshold > 0 && threshold < 1)) {
    throw wrong(`The threshold is ${threshold}, expected a number between 0 and 1.`);
  }
}

function checkClasses(frames: readonly RecordedFrame[], positive: string, name: string): void {
  const positives = frames.filter(({ label }) => label === positive).length;
  if (positives > 0 && positives < frames.length) return;
  throw new SvError(
    'SV_TRAIN_DATA',
    `The part ${name} has ${positives} \`${positive}\` among ${frames.length} pictures.`,
    {
      fix: 'Both parts need both classes: take more data, another --seed or other splits.',
    },
  );
}

const nothingToSearch = (room: readonly Room[]) =>
  new SvError(
    'SV_TRAIN_OPTIONS',
    'There is nothing to search: the cascade has one step, or its rules are bound to files.',
    {
      fix: room.some(({ left }) => left) ? 'Calibrate again to change calibrated exits.' : 'Add a second step.',
    },
  );

const overBudget = ({ ms, price }: { ms: number; price: number }, cheapest: { ms: number; price: number }) => {
  if (!Number.isFinite(ms) && !Number.isFinite(price)) {
    return new SvError('SV_TRAIN_DATA', 'The cascade answered no picture of the part to search on.', {
      fix: 'Look at `sv eval`: it says which stage failed, and why.',
    });
  }
  const asked = [
    ...(Number.isFinite(ms) ? [`${ms} ms`] : []),
    ...(Number.isFinite(price) ? [`a price of ${price}`] : []),
  ];
  return new SvError(
    'SV_TRAIN_OPTIONS',
    `No setting keeps within ${asked.join(' and ')}: where every picture ends as soon as it can, an answer takes ${cheapest.ms.toFixed(2)} ms${Number.isFinite(price) ? ` and ${money(cheapest.price)}` : ''}.`,
    {
      fix: 'Raise the budget, or put a cheaper stage first.',
    },
  );
};
