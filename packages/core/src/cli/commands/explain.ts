import { resolve } from 'node:path';
import type { Result, Step, TraceEntry } from '../../types/index.js';
import type { Colors } from '../colors.js';
import type { CliCommand } from '../command.js';
import { toRow } from '../output/row.js';
import { printable } from '../printable.js';

/** One picture, and everything that became of it. */
export const explain: CliCommand = {
  name: 'explain',
  description: 'decide over one picture and show each step, its cost and what ended it',
  args: '<image>',
  options: [{ flags: '--json', description: 'write the row that `sv run` would write' }],
  async run(call) {
    const image = call.args[0] as string;
    const { config } = await call.config();
    const runtime = await call.runtime();
    const result = await runtime.run(resolve(call.cwd, image), { signal: call.signal });
    call.print(
      call.options.json
        ? JSON.stringify(toRow({ input: image, result }, image), null, 2)
        : tree(image, result, config.cascade, call.colors.out),
    );
  },
};

/** The cascade as a tree, with the steps that were not needed. */
export function tree(image: string, result: Result, cascade: readonly Step[], colors: Colors): string {
  const width = Math.max(...cascade.flatMap(({ run }) => run).map((name) => printable(name).length));
  const lines = [colors.bold(printable(image))];
  for (const [index, step] of cascade.entries()) {
    const stages = result.trace.filter((entry) => entry.step === index);
    lines.push(`├─ step ${index + 1}`);
    const entries = stages.map((entry) => `${printable(entry.stage).padEnd(width)}  ${stageText(entry, colors)}`);
    const names = typeof step.run === 'string' ? [step.run] : step.run;
    const rows =
      stages.length > 0 ? entries : [`${printable(names.join(' + ')).padEnd(width)}  ${colors.dim('not needed')}`];
    for (const [at, row] of rows.entries()) lines.push(`│  ${at === rows.length - 1 ? '└─' : '├─'} ${row}`);
    if (index === result.exit.step) {
      lines.push(`│  ${colors.cyan('■')} ended here: ${printable(result.exit.reason)}`);
    }
  }
  lines.push(
    `└─ ${colors.bold(printable(result.label))} ${result.score.toFixed(4)} after ${printable(result.exit.after)} in ${ms(result.ms)}`,
  );
  return lines.join('\n');
}

function stageText(entry: TraceEntry, colors: Colors): string {
  const { queue, preprocess, compute } = entry.ms;
  const cost = colors.dim(`queue ${ms(queue)} · preprocess ${ms(preprocess)} · compute ${ms(compute)}`);
  const why = entry.reason === undefined ? '' : `: ${printable(entry.reason)}`;
  const code = entry.code === undefined ? '' : ` (${printable(entry.code)})`;
  const calibrated = entry.calibrated === undefined ? '' : ` → ${entry.calibrated.toFixed(4)} calibrated`;
  if (entry.status === 'answered') return `${(entry.score ?? 0).toFixed(4)}${calibrated}  ${cost}`;
  if (entry.status === 'abstained') return `abstained${why}  ${cost}`;
  const paint = entry.status === 'skipped' ? colors.dim : colors.yellow;
  return paint(`${entry.status}${why}${code}`);
}

const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
