import { dirname, resolve } from 'node:path';
import { resolveConfig } from '../../config/index.js';
import { attributed } from '../../errors/attribute.js';
import { SvError } from '../../errors/sv-error.js';
import type { Frame, RunInput } from '../../types/index.js';
import type { CliCall, CliCommand } from '../command.js';
import { EXIT_CODES } from '../exit-codes.js';
import { type Input, type Inputs, openInputs, sourceName } from '../inputs/index.js';
import { oneOf, wholeNumber } from '../option-values.js';
import { type Output, openOutput } from '../output/index.js';
import { isAnswered, toRow } from '../output/row.js';
import { pluginPart } from '../plugin-part.js';
import { printable } from '../printable.js';
import { createProgress } from '../progress.js';
import { type Earlier, readEarlier } from '../resume.js';
import { openRunReport } from '../run-report.js';
import { createSummary } from '../summary.js';

/** Answers for files, folders, globs and standard input. */
export const run: CliCommand = {
  name: 'run',
  description:
    'decide over pictures: files, folders, globs, - for standard input, source:<name> for a source of a plugin',
  args: '<inputs...>',
  options: [
    { flags: '--json', description: 'write one JSON array' },
    { flags: '--jsonl', description: 'write one JSON object per line' },
    { flags: '--csv', description: 'write CSV' },
    { flags: '-o, --out <file>', description: 'write there; .json, .jsonl and .csv say the format' },
    { flags: '-r, --report <file>', description: 'also write an HTML report' },
    { flags: '-n, --limit <n>', description: 'stop after so many pictures' },
    { flags: '-w, --watch', description: 'go on with pictures that appear in the folders, until Ctrl-C' },
    {
      flags: '--resume <file>',
      description: 'skip inputs that a JSONL results file has; with --out, continue that file',
    },
    { flags: '--retry-errors', description: 'with --resume: run inputs again whose row is an error' },
    { flags: '--concurrency <n>', description: 'pictures at once, instead of the config' },
  ],
  async run(call) {
    const { options, interrupt } = call;
    const format = oneOf(options, ['json', 'jsonl', 'csv']);
    const limit = wholeNumber(options.limit, '--limit');
    const concurrency = wholeNumber(options.concurrency, '--concurrency');
    if (options.retryErrors && !options.resume) {
      throw new SvError('SV_CLI_USAGE', '--retry-errors was given without --resume.');
    }
    const { out, report } = options as Readonly<Record<'out' | 'report', string | undefined>>;
    if (out !== undefined && report !== undefined && resolve(call.cwd, out) === resolve(call.cwd, report)) {
      throw new SvError('SV_CLI_USAGE', `--out and --report are both \`${out}\`: the report would replace the rows.`, {
        fix: 'Give one of them another file.',
      });
    }
    if (report === '-') {
      throw new SvError('SV_CLI_USAGE', '--report received `-` and expects a file: standard output is for rows.', {
        fix: 'Write --report report.html.',
      });
    }
    if (concurrency !== undefined) {
      call.override((config) => ({ ...config, budget: { ...config.budget, concurrency } }));
    }
    const resume = options.resume as string | undefined;
    const earlier = resume ? await readEarlier(resume, call.cwd, options.retryErrors === true) : undefined;
    const { config, path } = await call.config();
    const args = call.args[0] as readonly string[];
    const sources = args.map(sourceName).filter((name) => name !== undefined);
    if (sources.length > 0) {
      const { plugins } = await resolveConfig(config, { dir: dirname(path) });
      for (const name of sources) pluginPart(plugins, 'source', name);
    }

    const readerGone = new AbortController();
    const waiting = new AbortController();
    const inputs = await openInputs(args, call.io, {
      source: (name) => framesOf(call, name, dirname(path)),
      skip: (name) => earlier?.done.has(name) ?? false,
      limit,
      watch: options.watch === true,
      waiting: () => waiting.abort(),
      maxBytes: config.images?.maxBytes ?? 32 * 2 ** 20,
      signal: AbortSignal.any([interrupt.stopping, readerGone.signal]),
    });
    // Found before models are loaded, so that a mistyped folder costs nothing.
    const expected = await inputs.count();
    if (expected === 0 && !earlier) throw noInput(call);
    // Before the output, so that a model that does not load costs no earlier results.
    await call.runtime();
    const output = await openOutput(call, format, resume, earlier);
    try {
      return await answerAll(call, { inputs, output, expected, earlier, readerGone, waiting: waiting.signal });
    } finally {
      await output.close();
    }
  },
};

interface Job {
  readonly inputs: Inputs;
  readonly output: Output;
  readonly expected: number | undefined;
  readonly earlier: Earlier | undefined;
  readonly readerGone: AbortController;
  /** Comes when `--watch` has handed over what was there. */
  readonly waiting: AbortSignal;
}

async function answerAll(call: CliCall, job: Job): Promise<number> {
  const { inputs, output, expected, earlier, readerGone, waiting } = job;
  const { io, interrupt, colors, global } = call;
  const quiet = global.quiet === true;
  const runtime = await call.runtime();
  const report = await openRunReport(call, runtime.task, expected, earlier);
  const summary = createSummary();
  const shared = output.onTerminal && io.stderr.isTTY === true;
  const progress = createProgress(io, { quiet, colors: colors.err, shared });
  if (expected !== undefined) progress.total(expected);
  waiting.addEventListener('abort', () => {
    // From here on a bar would stay empty and a rate would only fall.
    progress.stop();
    const folders = (call.args[0] as readonly string[]).map(printable).join(', ');
    if (!quiet) io.stderr.write(`watching ${folders}; Ctrl-C ends\n`);
  });
  const began = performance.now();
  // Outcomes come in the order of the inputs; their names are what the user wrote.
  const names: Input[] = [];
  let ended = false;
  try {
    for await (const outcome of runtime.runAll(remember(inputs, names, call.cwd), { signal: interrupt.aborting })) {
      const { name, input } = names.shift() as Input;
      // Given up, not failed: a later --resume runs it.
      if (outcome.error?.code === 'SV_ABORTED' && interrupt.aborting.aborted) continue;
      const row = toRow(outcome, name);
      progress.clear();
      if (!(await output.write(row))) {
        readerGone.abort();
        break;
      }
      summary.add(row);
      progress.step(!isAnswered(row));
      inputs.settled(name, !isAnswered(row));
      await report?.add(row, bytesOf(input));
    }
    ended = true;
  } finally {
    progress.stop();
    if (!ended) await report?.abort();
  }
  const elapsedMs = performance.now() - began;
  // Stopped before its first row: a file keeps what an earlier run wrote.
  if (summary.rows > 0 || !interrupt.stopping.aborted || call.options.out === undefined) await output.end();
  await report?.finish({ elapsedMs, interrupted: interrupt.stopping.aborted });
  if (summary.rows === 0 && !earlier && !interrupt.stopping.aborted && !readerGone.signal.aborted) throw noInput(call);
  if (!quiet && !readerGone.signal.aborted) {
    io.stderr.write(`${summary.text(elapsedMs, colors.err)}\n`);
    if (earlier) io.stderr.write(`  skipped   ${inputs.skipped()}, answered earlier\n`);
    if (report) io.stderr.write(`  report    ${printable(report.file)}\n`);
  }
  return summary.failed > 0 ? EXIT_CODES.inputs.code : EXIT_CODES.ok.code;
}

async function* remember(inputs: Inputs, names: Input[], cwd: string): AsyncGenerator<RunInput> {
  for await (const input of inputs.stream()) {
    names.push(input);
    yield input.input ?? resolve(cwd, input.name);
  }
}

/** Frames of a source. The source is the runtime's: what its plugin has made in `setup` and `ready` is there. */
async function* framesOf(call: CliCall, name: string, dir: string): AsyncGenerator<Frame> {
  const { plugins } = await call.runtime();
  const { part, plugin } = pluginPart(plugins, 'source', name);
  try {
    yield* part.frames({ signal: call.signal, log: call.log, dir });
  } catch (error) {
    throw attributed(error, `${plugin} › source ${name}`, { plugin }, 'SV_INPUT_UNREADABLE');
  }
}

const bytesOf = (input: RunInput | undefined) =>
  typeof input === 'object' && 'bytes' in input ? input.bytes : undefined;

function noInput(call: CliCall): SvError {
  const given = (call.args[0] as readonly string[]).map((argument) => `\`${argument}\``).join(', ');
  return new SvError('SV_CLI_NO_INPUT', `No picture was found in ${given}.`, {
    fix: 'Name pictures, a folder with pictures (jpg, png, webp, avif, tiff, gif), or a glob in quotes.',
  });
}
