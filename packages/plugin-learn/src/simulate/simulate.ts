import { createHash } from 'node:crypto';
import {
  type Augmentation,
  createRandom,
  type Dataset,
  isSvError,
  type Project,
  type Runtime,
  SvError,
} from '@streetvision/core';
import { noting } from '../recording/strip.js';
import { readTrained, type Trained } from '../recording/trained.js';
import { type AnswerFile, openAnswers } from './answers.js';
import { createDraw, drawOne } from './draw.js';
import { HALTED } from './halted.js';
import { simulateHistories } from './histories.js';
import { type Candidate, describeSources, keyOf, populate } from './population.js';
import { PROFILES, type Profile } from './profiles.js';
import type { AnsweredChallenge, Challenge, SimulateOptions, Simulation } from './types.js';

/**
 * What validators of subnet 72 would have rewarded this cascade with: challenges are drawn from labelled pictures as a
 * profile draws them, changed as it changes them, answered by the real cascade, and paid by the subnet's formula. The
 * newest known validators are halted and pay nothing; the result says so in `halted`.
 *
 * Throws `SV_TRAIN_OPTIONS`, `SV_TRAIN_DATA`, `SV_DATA_*`, `SV_RUN_INVALID`.
 *
 * @example
 * const { expectedReward, ci95 } = await simulateValidator(project, await project.dataset('labels.csv'));
 */
export async function simulateValidator(
  project: Project,
  dataset: Dataset,
  options: SimulateOptions = {},
): Promise<Simulation> {
  const { profile, challenges, seed, histories, length } = settle(options);
  const notes: string[] = [];
  const augmentation = await findAugmentation(project, profile, notes);
  const candidates = await populate(project, dataset, profile, options);
  const drawn = drawChallenges(candidates, profile, challenges, seed);
  const files: string[] = [];
  const noted = project.plugins.map((plugin) => noting(plugin, (file) => files.push(file)));
  await using runtime = await project.runtime((config) => ({ ...config, plugins: noted }));
  const what = augmentation?.name ?? 'none';
  const file = await openAnswers(project, runtime, { augmentation: what, seed }, options.answers);
  const answers = await answerAll(drawn, candidates, {
    augmentation,
    seed,
    file,
    runtime,
    options,
    signal: project.signal,
  });
  await file.finish();
  const sources = describeSources(candidates, profile);
  notes.push(...remarks(project, profile, sources, dataset));
  const flattered = candidates.filter(seenBy(await readTrained(files))).length;
  if (flattered > 0) {
    notes.push(
      `A head was trained on ${flattered} of the ${candidates.length} samples, or on others of their groups: the figure flatters.`,
    );
  }
  const failed = distinctOf(answers.filter(({ prediction }) => prediction === -1));
  return {
    profile: profile.name,
    ...simulateHistories(answers, { profile, histories, length, seed }),
    challenges,
    distinct: distinctOf(answers),
    failed,
    accuracy:
      answers.filter(({ prediction, label }) => prediction !== -1 && prediction > 0.5 === (label === 1)).length /
      challenges,
    histories,
    length,
    seed,
    sources,
    augmentation: what,
    data: {
      name: dataset.name,
      n: candidates.length,
      positives: candidates.filter(({ label }) => label === 1).length,
      groups: new Set(candidates.map(({ sample }) => sample.group)).size,
    },
    halted: HALTED,
    notes,
  };
}

function settle(options: SimulateOptions) {
  const { profile = '2026-01', challenges = 1_000, seed = 0, histories = 500, length = 1_000 } = options;
  const known = PROFILES[profile];
  if (!known) {
    throw new SvError('SV_TRAIN_OPTIONS', `There is no profile \`${profile}\`.`, {
      fix: `Profiles are ${Object.keys(PROFILES).join(', ')}.`,
    });
  }
  for (const [name, value] of Object.entries({ challenges, histories, length })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new SvError('SV_TRAIN_OPTIONS', `\`${name}\` is ${value}, expected a whole number from 1.`);
  }
  return { profile: known, challenges, seed, histories, length };
}

/** In May pictures went out as they were, but for the encoding; without the package that knows it, they can still go. */
async function findAugmentation(
  project: Project,
  profile: Profile,
  notes: string[],
): Promise<Augmentation | undefined> {
  try {
    return await project.augmentation(profile.augmentation);
  } catch (error) {
    if (!isSvError(error) || error.code !== 'SV_DATA_AUGMENTATION') throw error;
    if (!profile.varies) {
      notes.push(`${profile.augmentation} was not found: pictures were not encoded again as a JPEG of quality 75.`);
      return undefined;
    }
    throw new SvError(
      'SV_DATA_AUGMENTATION',
      `Profile ${profile.name} sends changed pictures, and there is no augmentation \`${profile.augmentation}\`.`,
      {
        fix: 'Run `npm install @streetvision/plugin-data`, or take --profile 2026-05, which sends them as they are.',
        cause: error,
      },
    );
  }
}

/** The n-th time that a picture is drawn it is sent in another form, where the profile changes pictures. */
function drawChallenges(
  candidates: readonly Candidate[],
  profile: Profile,
  count: number,
  seed: number,
): readonly Challenge[] {
  const random = createRandom(seed).fork('challenges');
  const draw = createDraw(candidates, profile);
  const times = new Map<number, number>();
  return Array.from({ length: count }, () => {
    const sample = drawOne(draw, random);
    const form = profile.varies ? (times.get(sample) ?? 0) : 0;
    times.set(sample, form + 1);
    return { sample, form };
  });
}

interface Answering {
  readonly augmentation: Augmentation | undefined;
  readonly seed: number;
  readonly file: AnswerFile;
  readonly runtime: Runtime;
  readonly options: SimulateOptions;
  readonly signal: AbortSignal;
}

async function answerAll(
  challenges: readonly Challenge[],
  candidates: readonly Candidate[],
  { augmentation, seed, file, runtime, options, signal }: Answering,
): Promise<AnsweredChallenge[]> {
  const random = createRandom(seed).fork('augment');
  const predictions = new Map(file.known);
  const unreadable: string[] = [];
  const hashes = await hashPictures(challenges, candidates, unreadable, signal);
  const keyed = challenges.flatMap((challenge) => {
    const hash = hashes.get(challenge.sample);
    if (hash === undefined) return [];
    return { challenge, key: keyOf((candidates[challenge.sample] as Candidate).sample.id, hash, challenge.form) };
  });
  const open = new Map(keyed.flatMap(({ challenge, key }) => (predictions.has(key) ? [] : [[key, challenge]])));
  const total = new Set(keyed.map(({ key }) => key)).size;
  let done = total - open.size;
  options.onAnswer?.(done, total, false);
  const settleOne = async (key: string, prediction: number) => {
    predictions.set(key, prediction);
    // A failure may pass: another run asks again.
    if (prediction !== -1) await file.add(key, prediction);
    done += 1;
    options.onAnswer?.(done, total, prediction === -1);
  };
  async function* pictures() {
    for (const [key, { sample, form }] of open) {
      const { sample: one } = candidates[sample] as Candidate;
      try {
        const bytes = await one.read();
        yield {
          id: key,
          bytes: augmentation ? await augmentation.apply(bytes, random.fork(one.id).fork(form)) : bytes,
        };
      } catch (error) {
        // What cannot be sent is no challenge that a miner could lose; it is refused below, with its name.
        if (!isSvError(error)) throw error;
        unreadable.push(`${one.id}: ${error.message}`);
      }
    }
  }
  for await (const { input, result, error } of runtime.runAll(pictures(), { signal })) {
    signal.throwIfAborted();
    if (error?.code.startsWith('SV_IMAGE_')) {
      const { sample } = open.get(input) as Challenge;
      unreadable.push(`${(candidates[sample] as Candidate).sample.id}: ${error.message}`);
    } else await settleOne(input, result ? result.score : -1);
  }
  if (unreadable.length > 0) {
    throw new SvError(
      'SV_DATA_SOURCE',
      `${unreadable.length} pictures cannot be sent:\n  ${unreadable.slice(0, 5).join('\n  ')}\n`,
      {
        fix: 'Remove them from the data: answers to the others are kept, and another run goes on.',
      },
    );
  }
  return keyed.map(({ challenge, key }) => {
    const { sample, label, source } = candidates[challenge.sample] as Candidate;
    const prediction = predictions.get(key) as number;
    return { ...challenge, prediction, label, source, group: sample.group };
  });
}

/** The sha256 of each picture that was drawn, hex, as it is now. What cannot be read is named in `unreadable`. */
async function hashPictures(
  challenges: readonly Challenge[],
  candidates: readonly Candidate[],
  unreadable: string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const hashes = new Map<number, string>();
  for (const index of new Set(challenges.map(({ sample }) => sample))) {
    signal.throwIfAborted();
    const { sample } = candidates[index] as Candidate;
    try {
      hashes.set(
        index,
        createHash('sha256')
          .update(await sample.read())
          .digest('hex'),
      );
    } catch (error) {
      if (!isSvError(error)) throw error;
      unreadable.push(`${sample.id}: ${error.message}`);
    }
  }
  return hashes;
}

const seenBy =
  ({ pictures, groups }: Trained) =>
  ({ sample: { id, group, sha256 } }: Candidate): boolean =>
    (group !== id && groups.has(group)) || (sha256 !== undefined && pictures.has(sha256));

const distinctOf = (challenges: readonly Challenge[]): number =>
  new Set(challenges.map(({ sample, form }) => `${sample} ${form}`)).size;

function remarks(
  { task }: Project,
  profile: Profile,
  { missing, skipped }: Simulation['sources'],
  dataset: Dataset,
): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    ...(skipped > 0
      ? [
          `${dataset.name} lacks ${missing.join(', ') || 'a class of a source'}: ${percent(skipped)} of the challenges of profile ${profile.name} were skipped, and the figure holds for the rest.`,
        ]
      : []),
    ...(task?.threshold !== undefined && task.threshold !== 0.5
      ? [`The subnet rounds at 0.5, the threshold ${task.threshold} of task ${task.name} has no part in it.`]
      : []),
  ];
}
