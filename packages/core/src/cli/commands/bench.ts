import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { SvError } from '../../errors/sv-error.js';
import type { RunInput } from '../../types/index.js';
import { type BenchFigures, measure } from '../bench/measure.js';
import type { Percentiles } from '../bench/percentiles.js';
import { drawPictures } from '../bench/pictures.js';
import type { CliCall, CliCommand } from '../command.js';
import { expand } from '../inputs/expand.js';
import { wholeNumber } from '../option-values.js';
import { printable } from '../printable.js';

/** How fast the configured cascade is on this machine. */
export const bench: CliCommand = {
  name: 'bench',
  description: 'measure the configured cascade, on your pictures or on drawn ones',
  args: '[inputs...]',
  options: [
    { flags: '-n, --count <n>', description: 'pictures to measure; given ones repeat (default: 200)' },
    { flags: '--warmup <n>', description: 'pictures before that do not count (default: 10)' },
    { flags: '--concurrency <n>', description: 'pictures at once, instead of the config' },
    { flags: '--json', description: 'write the figures as JSON' },
  ],
  async run(call) {
    const count = wholeNumber(call.options.count, '--count') ?? 200;
    const warmup = wholeNumber(call.options.warmup, '--warmup', 0) ?? 10;
    const concurrency = wholeNumber(call.options.concurrency, '--concurrency');
    if (concurrency !== undefined) {
      call.override((config) => ({ ...config, budget: { ...config.budget, concurrency } }));
    }
    const pictures = await picturesOf(call);
    const runtime = await call.runtime();
    const repeat = (times: number) =>
      Array.from({ length: times }, (_, at) => pictures[at % pictures.length] as RunInput);
    const figures = await measure(runtime, repeat, { count, warmup, signal: call.signal });
    const machine = {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    };
    call.print(
      call.options.json ? JSON.stringify({ machine, ...figures }, microseconds, 2) : table(figures, machine.cpu),
    );
  },
};

/** Finer digits than any clock here has are noise. */
const microseconds = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;

async function picturesOf(call: CliCall): Promise<readonly RunInput[]> {
  const given = call.args[0] as readonly string[];
  if (given.length === 0) return drawPictures(8);
  const found: string[] = [];
  for (const argument of given)
    for await (const name of expand(argument, call.cwd)) found.push(resolve(call.cwd, name));
  if (found.length > 0) return found;
  throw new SvError('SV_CLI_NO_INPUT', `No picture was found in ${given.join(', ')}.`, {
    fix: 'Name pictures or a folder with pictures, or nothing at all for drawn ones.',
  });
}

function table(figures: BenchFigures, cpu: string): string {
  const cell = ({ p50, p95, p99 }: Percentiles) =>
    [p50, p95, p99].map((value) => value.toFixed(2).padStart(8)).join('');
  const width = Math.max(14, ...figures.stages.map(({ stage }) => printable(stage).length + 2));
  const head = `${''.padEnd(width)}${'answers'.padStart(9)}${'exits'.padStart(7)}   ${'ms'.padEnd(11)}${['p50', 'p95', 'p99'].map((name) => name.padStart(8)).join('')}`;
  const rows = figures.stages.flatMap(({ stage, answers, exits, queueMs, preprocessMs, computeMs }) => {
    const start = `${printable(stage).padEnd(width)}${String(answers).padStart(9)}${`${Math.round(exits * 100)} %`.padStart(7)}   `;
    const blank = ' '.repeat(start.length);
    return [
      `${start}queue      ${cell(queueMs)}`,
      `${blank}preprocess ${cell(preprocessMs)}`,
      `${blank}compute    ${cell(computeMs)}`,
    ];
  });
  const total = `${'whole'.padEnd(width)}${String(figures.pictures).padStart(9)}${''.padStart(7)}   total      ${cell(figures.ms)}`;
  return [
    head,
    ...rows,
    total,
    '',
    `${figures.imagesPerSecond.toFixed(1)} pictures a second on ${cpu}, ${figures.failed} failed`,
    `event loop delay p99 ${figures.eventLoopDelayP99Ms.toFixed(2)} ms, peak memory ${figures.peakRssMb.toFixed(0)} MB`,
  ].join('\n');
}
