import { type Command, type CommandCall, SvError } from '@streetvision/core';
import { readRecording, recordDataset } from '../recording/index.js';
import { summariseTuning } from '../tune/summary.js';
import { tune } from '../tune/tune.js';
import type { TuneMetric, TuneOptions } from '../tune/types.js';
import { filePath, listOrNone, number, openData, pricesOf, share, wholeNumber } from './eval-options.js';
import { jsonOutput } from './json-output.js';

/** `sv tune`. */
export const tuneCommand: Command = {
  name: 'tune',
  description: 'search exit windows and weights on one part of the data, judge them on another',
  options: [
    { flags: '--data <ref>', description: 'a folder of class folders, labels.csv, or any other dataset' },
    { flags: '--group <column>', description: 'what near-duplicates share: the column or key that says it' },
    { flags: '--recording <file>', description: 'keep what the stages say there (default: in the cache)' },
    { flags: '--replay <file>', description: 'a recording: no model is touched' },
    { flags: '--metric <name>', description: 'mcc, balancedAccuracy or accuracy (default: mcc)' },
    { flags: '--budget-ms <ms>', description: 'mean milliseconds of an answer, at most' },
    { flags: '--budget-price <amount>', description: 'mean price of an answer, at most' },
    { flags: '--price <stage=amount...>', description: 'what it costs to ask a stage once' },
    { flags: '--tries <n>', description: 'what-ifs (default: 2000)' },
    { flags: '--no-weights', description: 'leave fusion as it is' },
    {
      flags: '--search-share <share>',
      description: 'of the groups to search on, where the data is not split (default: 0.5)',
    },
    { flags: '--threshold <p>', description: "positive at or above it (default: the task's)" },
    { flags: '--seed <n>', description: 'of all that is drawn (default: 0)' },
    { flags: '--resamples <n>', description: 'resamples behind the intervals (default: 1000)' },
    { flags: '--concurrency <n>', description: 'pictures at once; times then include batching (default: 1)' },
    { flags: '--json <file>', description: 'write what was found' },
  ],
  async run(call) {
    const { options } = call;
    const given = tuneOptions(options);
    const json = await jsonOutput(call);
    const project = await call.project();
    const tuning = await tune(project, await recordingOf(call), given);
    await json.write(tuning);
    if (!json.alone) call.print(summariseTuning(tuning));
  },
};

async function recordingOf(call: CommandCall) {
  const { options, cwd } = call;
  const replayed = filePath(options.replay, cwd);
  if (replayed !== undefined) return readRecording(replayed);
  const { dataset, problems } = await openData(await call.project(), options);
  if (!dataset) {
    throw new SvError('SV_CLI_USAGE', 'sv tune needs --data <folder|labels.csv>, or --replay <recording>.', {
      fix: 'For example: sv tune --data labels.csv --budget-ms 20',
    });
  }
  const out = filePath(options.recording, cwd);
  return recordDataset(await call.project(), dataset, {
    problems,
    usualSplit: ['calibration', 'test'],
    ...(out === undefined ? {} : { out }),
    ...wholeNumber('concurrency', options.concurrency, 1),
    signal: call.signal,
    progress: call.progress('answers'),
  });
}

function tuneOptions(options: CommandCall['options']): TuneOptions {
  return {
    ...(options.metric === undefined ? {} : { metric: String(options.metric) as TuneMetric }),
    ...number('budgetMs', options.budgetMs),
    ...number('budgetPrice', options.budgetPrice),
    ...(options.price === undefined ? {} : { prices: pricesOf(listOrNone(options.price)) }),
    ...wholeNumber('tries', options.tries, 50),
    weights: options.weights !== false,
    ...renamed(share('searchShare', options.searchShare)),
    ...share('threshold', options.threshold),
    ...number('seed', options.seed),
    ...wholeNumber('resamples', options.resamples, 1),
  };
}

const renamed = ({ searchShare }: { searchShare?: number }) =>
  searchShare === undefined ? {} : { share: searchShare };
