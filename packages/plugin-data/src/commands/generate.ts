import { relative, resolve } from 'node:path';
import { type Command, createRandom, type Project, type Sample, SvError } from '@streetvision/core';
import { type Generated, generatePictures, type InitPicture } from '../generate/generate-pictures.js';
import { loadGrid } from '../generate/grid.js';
import { writeJson } from './data-options.js';
import { GENERATORS, generatorOf } from './generator-of.js';
import { numberOption } from './number-option.js';

/** `sv data generate`. */
export const generate: Command = {
  name: 'data generate',
  description: 'have pictures made from prompts, with a manifest; run again to go on',
  options: [
    { flags: '--with <generator>', description: GENERATORS.join(', ') },
    { flags: '--url <url>', description: 'where it listens; $SV_GENERATOR_AUTH holds name:password' },
    { flags: '--out <folder>', description: 'where the pictures and data.jsonl go' },
    { flags: '--count <n>', description: 'pictures that the folder holds in the end' },
    { flags: '--prompts <file>', description: 'grid of prompts, JSON or YAML (default: that of the task)' },
    { flags: '--seed <n>', description: 'the same seed asks for the same pictures', default: '0' },
    { flags: '--hard <share>', description: 'of pictures that look like another class, 0–1', default: '0.3' },
    { flags: '--model <name>', description: 'checkpoint, or model at Hugging Face' },
    { flags: '--workflow <file>', description: 'of ComfyUI in API format, with {{prompt}} and {{seed}} in it' },
    { flags: '--size <size>', description: 'width x height, such as 1024x768' },
    { flags: '--steps <n>', description: 'of the sampler' },
    { flags: '--guidance <n>', description: 'how strictly the prompt is followed' },
    { flags: '--init <data>', description: 'dataset to start from: each picture from one of the same class' },
    { flags: '--strength <share>', description: 'of the start that may change, 0–1', default: '0.7' },
    { flags: '--max-requests <n>', description: 'over all runs (default: twice --count)' },
    { flags: '--price <money>', description: 'of one request', default: '0' },
    { flags: '--budget <money>', description: 'over all runs' },
    { flags: '--duplicates <bits>', description: 'of 64 within which two pictures count as one, 0–16', default: '4' },
    { flags: '--source <name>', description: 'of the samples (default: generated-<generator>)' },
    { flags: '--command <program>', description: 'cosmos-transfer: what starts it, cut at blanks' },
    { flags: '--cwd <folder>', description: 'cosmos-transfer: where it is started' },
    { flags: '--video <file>', description: 'cosmos-transfer: the video that is transferred' },
    { flags: '--fps <n>', description: 'cosmos-transfer: pictures a second of video (default: 1)' },
    { flags: '--timeout <seconds>', description: 'for one answer' },
    { flags: '--json <file>', description: 'write the counts as JSON' },
  ],
  async run(call) {
    const options = call.options as Readonly<Record<string, string | undefined>>;
    const count = numberOption(options.count, '--count', 1, 10_000_000);
    if (options.out === undefined || count === undefined || options.with === undefined) {
      throw new SvError('SV_CLI_USAGE', '--with, --out and --count are needed.', {
        fix: 'Write sv data generate --with automatic1111 --url http://127.0.0.1:7860 --count 100 --out generated.',
      });
    }
    const out = resolve(call.cwd, options.out);
    const seed = numberOption(options.seed, '--seed', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const strength = numberOption(options.strength, '--strength', 0.01, 1, false);
    const project = await call.project({ optional: true });
    const generator = await generatorOf(options, call.cwd, out);
    const file = options.prompts === undefined ? undefined : resolve(call.cwd, options.prompts);
    const grid = await loadGrid(file, project.task);
    const init = options.init === undefined ? undefined : await startsOf(project, options.init, call.cwd, seed);
    const meter = call.progress('generate', count);
    let made: Generated;
    try {
      made = await generatePictures({
        ...{
          generator,
          grid,
          out,
          count,
          seed,
          init,
          initFrom: options.init,
          strength,
          signal: call.signal,
          log: call.log,
        },
        ...sizeOf(options.size),
        hardShare: numberOption(options.hard, '--hard', 0, 1, false) ?? 0.3,
        ...present({
          steps: numberOption(options.steps, '--steps', 1, 1000),
          guidance: numberOption(options.guidance, '--guidance', 0, 100, false),
        }),
        maxRequests: numberOption(options.maxRequests, '--max-requests', 1, 10_000_000),
        price: numberOption(options.price, '--price', 0, 1e6, false),
        budget: numberOption(options.budget, '--budget', 0, 1e9, false),
        duplicateBits: numberOption(options.duplicates, '--duplicates', 0, 16),
        source: options.source,
        onRequest: (kept, refused) => {
          for (let i = 0; i < kept; i++) meter.step();
          for (let i = 0; i < refused; i++) meter.step(true);
        },
      });
    } finally {
      meter.stop();
    }
    call.print(summaryOf(made, relative(call.cwd, made.file), count));
    await writeJson(call, made);
  },
};

function summaryOf(made: Generated, file: string, count: number): string {
  const labels = Object.entries(made.labels).map(([label, pictures]) => `${pictures} ${label}`);
  const refused = Object.entries(made.refused).map(([why, pictures]) => `${pictures} ${why}`);
  const limit = made.stopped === 'budget' ? '--budget' : '--max-requests';
  return [
    `${made.pictures} pictures (${labels.join(', ')}) in ${file}`,
    `${made.requests} requests, ${made.requestsNow} of them now${made.cost > 0 ? `, cost ${Number(made.cost.toFixed(6))}` : ''}`,
    ...(refused.length > 0 ? [`left out: ${refused.join(', ')}`] : []),
    ...(made.stopped ? [`ended before ${count} pictures by ${limit}; raise it and run again to go on`] : []),
    'The labels are those of the prompts: look at the pictures before you train on them.',
  ].join('\n');
}

/** For each class its pictures in a shuffled order, again and again. */
async function startsOf(project: Project, ref: string, cwd: string, seed: number) {
  const byLabel = new Map<string, Sample[]>();
  for await (const sample of (await project.dataset(ref, { cwd })).samples()) {
    if (sample.label !== null) byLabel.set(sample.label, [...(byLabel.get(sample.label) ?? []), sample]);
  }
  const orders = new Map(
    [...byLabel].map(([label, samples]) => [label, createRandom(seed).fork(label).shuffle(samples)]),
  );
  return (label: string, index: number): InitPicture => {
    const order = orders.get(label);
    if (order) return order[index % order.length] as Sample;
    throw new SvError('SV_DATA_EMPTY', `${ref} has no picture of the class ${label} to start from.`);
  };
}

function sizeOf(text: string | undefined): { width?: number; height?: number } {
  if (text === undefined) return {};
  const [, width, height] = /^(\d{2,5})x(\d{2,5})$/.exec(text) ?? [];
  if (width && height) return { width: Number(width), height: Number(height) };
  throw new SvError('SV_CLI_USAGE', `--size received \`${text}\` and expects such as 1024x768.`);
}

const present = (values: {
  steps: number | undefined;
  guidance: number | undefined;
}): { steps?: number; guidance?: number } => ({
  ...(values.steps === undefined ? {} : { steps: values.steps }),
  ...(values.guidance === undefined ? {} : { guidance: values.guidance }),
});
