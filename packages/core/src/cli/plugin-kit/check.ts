import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { CheckOutcome } from '../../testing/conformance/run-checks.js';
import type { Colors } from '../colors.js';
import type { CliCommand } from '../command.js';
import { EXIT_CODES } from '../exit-codes.js';
import { printable, printableLines } from '../printable.js';
import { checkPackage } from './check-package.js';

/** `sv plugin check`: what `describePlugin` checks, and what only shows from outside: exports, import, built files. */
export const pluginCheck: CliCommand = {
  name: 'plugin check',
  description: 'check a plugin package, or one file, for what users and the runtime would stumble over',
  args: '[path]',
  options: [
    { flags: '--options <json>', description: 'what its factory is called with' },
    { flags: '--no-load', description: 'do not load the stages: where their weights are not at hand' },
    { flags: '--no-deterministic', description: 'the stages may answer the same frame differently' },
    { flags: '--json', description: 'write the outcomes as JSON' },
  ],
  async run({ args, options, cwd, global, print, colors }) {
    const path = resolve(cwd, args[0] === undefined ? '.' : String(args[0]));
    if (!(await stat(path).catch(() => undefined))) {
      throw new SvError('SV_PLUGIN_NOT_FOUND', `There is nothing at ${path}.`, {
        fix: 'Name the folder of a package, or a file.',
      });
    }
    const outcomes: CheckOutcome[] = [];
    let group = '';
    const checked = checkPackage(path, {
      factoryOptions: factoryOptions(options.options),
      load: options.load !== false,
      deterministic: options.deterministic !== false,
      ...(global.offline === undefined ? {} : { offline: global.offline }),
    });
    for await (const outcome of checked) {
      outcomes.push(outcome);
      if (options.json) continue;
      if (outcome.group !== group) print(`${group === '' ? '' : '\n'}${colors.out.bold(printable(outcome.group))}`);
      group = outcome.group;
      print(line(outcome, colors.out));
    }
    const count = (status: CheckOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
    const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
    print(
      options.json
        ? JSON.stringify({ passed, failed, skipped, outcomes }, null, 2)
        : `\n${passed} passed, ${failed} failed, ${skipped} skipped.`,
    );
    return failed > 0 ? EXIT_CODES.failure.code : EXIT_CODES.ok.code;
  },
};

function factoryOptions(given: unknown): unknown {
  if (given === undefined) return undefined;
  try {
    return JSON.parse(String(given));
  } catch (cause) {
    throw new SvError('SV_CLI_USAGE', '--options is not JSON.', {
      fix: `For instance --options '{ "half": 0.05 }'.`,
      cause,
    });
  }
}

function line({ status, title, reason, fix }: CheckOutcome, colors: Colors): string {
  if (status === 'passed') return `  ${colors.green('✓')} ${printable(title)}`;
  if (status === 'skipped') return colors.dim(printableLines(`  - ${title} (${reason})`));
  const what = [`  ${colors.red('✗')} ${printable(title)}`, `    ${printableLines(reason ?? '')}`];
  return [...what, ...(fix ? [`    ${colors.cyan('→')} ${printableLines(fix)}`] : [])].join('\n');
}
