import { resolve } from 'node:path';
import { type Command, SvError } from '@streetvision/core';
import { type ChallengeSource, PROFILES, type ProfileName, SOURCES } from '../simulate/profiles.js';
import { simulateValidator } from '../simulate/simulate.js';
import { summariseSimulation } from '../simulate/summary.js';
import type { SimulateOptions } from '../simulate/types.js';
import { jsonOutput } from './json-output.js';

/** `sv simulate validator`. */
export const simulateCommand: Command = {
  name: 'simulate validator',
  description: 'the challenges and the reward of subnet 72 over labelled pictures',
  options: [
    { flags: '--data <ref>', description: 'a folder of class folders, labels.csv, or any other dataset' },
    { flags: '--group <column>', description: 'what near-duplicates share: the column or key that says it' },
    { flags: '--split <name>', description: 'the part to draw from (default: test, where the data has splits)' },
    { flags: '--profile <name>', description: `${Object.keys(PROFILES).join(', ')} (default: 2026-01)` },
    { flags: '--challenges <n>', description: 'drawn and put to the cascade (default: 1000)' },
    { flags: '--histories <n>', description: 'drawn from the answers (default: 500)' },
    { flags: '--length <n>', description: 'challenges in a history (default: 1000)' },
    { flags: '--seed <n>', description: 'of everything that is drawn (default: 0)' },
    { flags: '--source <name=kind...>', description: `what a source of the data stands for: ${SOURCES.join(', ')}` },
    { flags: '--answers <file>', description: 'keep the answers here (default: only until the command has ended)' },
    { flags: '--json [file]', description: 'write the result as JSON; without a file, to standard output' },
  ],
  async run(call) {
    const { data, group } = call.options;
    if (typeof data !== 'string') {
      throw new SvError('SV_CLI_USAGE', 'sv simulate validator needs --data <ref>.', {
        fix: 'For example: sv simulate validator --data labels.csv --profile 2026-05',
      });
    }
    const json = await jsonOutput(call);
    const project = await call.project();
    const dataset = await project.dataset(data, { group: group as string | undefined, cwd: call.cwd });
    let meter: ReturnType<typeof call.progress> | undefined;
    const simulation = await simulateValidator(project, dataset, {
      ...simulateOptions(call.options, call.cwd),
      onAnswer(done, total, failed) {
        meter ??= call.progress('challenges', total - done);
        if (done > 0) meter.step(failed);
      },
    }).finally(() => meter?.stop());
    await json.write(simulation);
    if (!json.alone) call.print(summariseSimulation(simulation));
  },
};

function simulateOptions(typed: Readonly<Record<string, unknown>>, cwd: string): SimulateOptions {
  const number = (name: string) => (typed[name] === undefined ? {} : { [name]: wholeNumber(typed[name], `--${name}`) });
  return {
    ...(typed.profile === undefined ? {} : { profile: typed.profile as ProfileName }),
    ...(typed.split === undefined ? {} : { split: String(typed.split) }),
    ...(typed.answers === undefined ? {} : { answers: resolve(cwd, String(typed.answers)) }),
    ...(typed.source === undefined ? {} : { sources: sourcesOf(typed.source as readonly string[]) }),
    ...number('challenges'),
    ...number('histories'),
    ...number('length'),
    ...number('seed'),
  };
}

function wholeNumber(value: unknown, flag: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0 && String(value).trim() !== '') return number;
  throw new SvError('SV_CLI_USAGE', `${flag} received \`${value}\` and expects a whole number.`);
}

function sourcesOf(pairs: readonly string[]): Record<string, ChallengeSource> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      const kind = pair.slice(at + 1);
      if (at > 0 && SOURCES.includes(kind as ChallengeSource)) return [pair.slice(0, at), kind as ChallengeSource];
      throw new SvError('SV_CLI_USAGE', `--source received \`${pair}\` and expects name=${SOURCES.join('|')}.`);
    }),
  );
}
