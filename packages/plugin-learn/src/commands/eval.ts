import { resolve } from 'node:path';
import { type Command, type CommandCall, type Dataset, SvError } from '@streetvision/core';
import { compareEvaluations, readEvaluation } from '../evaluate/compare.js';
import { evaluate, evaluateRecording } from '../evaluate/evaluate.js';
import { comparisonText, summariseEvaluation } from '../evaluate/summary.js';
import type { EvaluateOptions } from '../evaluate/types.js';
import { checkOutput } from '../files/check-output.js';
import { readRecording } from '../recording/index.js';
import { writeEvaluationReport } from '../report/index.js';
import { filePath, list, listOrNone, number, openData, pricesOf, share, wholeNumber } from './eval-options.js';
import { jsonOutput } from './json-output.js';

/** `sv eval`. */
export const evalCommand: Command = {
  name: 'eval',
  description: 'say how good the cascade is on labelled pictures, and what it costs',
  options: [
    { flags: '--data <ref>', description: 'a folder of class folders, labels.csv, or any other dataset' },
    { flags: '--split <name>', description: 'the part of the data (default: test, where the data has splits)' },
    { flags: '--group <column>', description: 'what near-duplicates share: the column or key that says it' },
    { flags: '--by <column...>', description: 'also figures for each value of these columns' },
    { flags: '--report <file>', description: 'write an HTML report' },
    { flags: '--json <file>', description: 'write all figures and every answer; - for standard output' },
    { flags: '--compare <file>', description: 'an earlier --json: what differs, and whether it is chance' },
    { flags: '--recording <file>', description: 'keep what the stages say there (default: in the cache)' },
    { flags: '--replay <file>', description: 'a recording: no model is touched' },
    { flags: '--fresh', description: 'ask the stages again, whatever an earlier recording knows' },
    { flags: '--limit <n>', description: 'the first so many samples' },
    { flags: '--concurrency <n>', description: 'pictures at once; times then include batching (default: 1)' },
    { flags: '--threshold <p>', description: "positive at or above it (default: the task's)" },
    { flags: '--price <stage=amount...>', description: 'what it costs to ask a stage once' },
    {
      flags: '--resamples <n>',
      description: 'resamples behind the intervals; 0 for none (default: 1000, fewer from 200,000 answers on)',
    },
    { flags: '--seed <n>', description: 'of the resamples (default: 0)' },
  ],
  async run(call) {
    const { options, cwd } = call;
    const replayed = filePath(options.replay, cwd);
    if (typeof options.data !== 'string' && replayed === undefined) {
      throw new SvError('SV_CLI_USAGE', 'sv eval needs --data <folder|labels.csv>, or --replay <recording>.', {
        fix: 'For example: sv eval --data labels.csv --report eval.html',
      });
    }
    if (replayed !== undefined && (options.recording !== undefined || options.fresh)) {
      throw new SvError('SV_CLI_USAGE', '--replay touches no model; --recording and --fresh ask the models.');
    }
    const compared =
      options.compare === undefined ? undefined : await readEvaluation(resolve(cwd, String(options.compare)));
    const given = evaluateOptions(options);
    const json = await jsonOutput(call);
    const report = filePath(options.report, cwd);
    if (report !== undefined) await checkOutput(report);
    const project = await call.project();
    const { dataset, problems } = await openData(project, options);
    const evaluation =
      replayed === undefined
        ? await evaluate(project, dataset as Dataset, {
            ...given,
            ...recordOptions(call),
            problems,
            progress: call.progress('answers'),
            signal: call.signal,
          })
        : await evaluateRecording(await readRecording(replayed), project, given);
    const comparison = compared
      ? compareEvaluations(evaluation, compared, { ...seeded(given), names: ['this', String(options.compare)] })
      : undefined;
    await json.write(evaluation);
    if (report !== undefined) {
      await writeEvaluationReport(report, evaluation, {
        ...(dataset ? { dataset } : {}),
        ...(comparison ? { comparison } : {}),
        ...(project.config.images ? { images: project.config.images } : {}),
      });
    }
    if (json.alone) return;
    call.print(summariseEvaluation(evaluation));
    if (comparison) call.print(comparisonText(comparison));
    if (report !== undefined) call.print(`report        ${report}`);
  },
};

function evaluateOptions(options: CommandCall['options']): EvaluateOptions {
  const by = list(options.by);
  return {
    ...(options.split === undefined ? {} : { split: String(options.split) }),
    ...(by ? { by } : {}),
    ...share('threshold', options.threshold),
    ...(options.price === undefined ? {} : { prices: pricesOf(listOrNone(options.price)) }),
    ...wholeNumber('resamples', options.resamples),
    ...number('seed', options.seed),
  };
}

function recordOptions({ options, cwd }: CommandCall) {
  const out = filePath(options.recording, cwd);
  return {
    ...(out === undefined ? {} : { out }),
    fresh: options.fresh === true,
    ...wholeNumber('limit', options.limit, 1),
    ...wholeNumber('concurrency', options.concurrency, 1),
  };
}

function seeded({ seed, resamples }: EvaluateOptions) {
  return { ...(seed === undefined ? {} : { seed }), ...(resamples ? { resamples } : {}) };
}
