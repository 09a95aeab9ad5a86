import { existsSync } from 'node:fs';
import sharp from 'sharp';
import {
  type AnsweredRow,
  createReport,
  type Picture,
  type ReportOptions,
  type ReportRow,
} from '../../src/cli/report/index.js';

export const task = { name: 'roadwork', classes: ['roadwork', 'clear'], positive: 'roadwork', threshold: 0.5 };

export const cascade: NonNullable<ReportOptions['cascade']> = [
  { run: ['quick'], exit: ['window(0.2, 0.8)'], window: [0.2, 0.8] },
  { run: ['slow'] },
];

/** An answer of `quick` where the score is sure, of `slow` where it is not. */
export function answer(input: string, score: number, ms = 5): AnsweredRow {
  const first = {
    stage: 'quick',
    step: 0,
    status: 'answered',
    score,
    ms: { queue: 0.5, preprocess: 1.5, compute: ms - 2 },
  };
  const label = score >= 0.5 ? 'roadwork' : 'clear';
  if (score <= 0.2 || score >= 0.8) {
    const reason = `score ${score.toFixed(3)} outside (0.2, 0.8)`;
    return { input, score, label, exit: { after: 'quick', reason, step: 0 }, ms, trace: [first] };
  }
  const second = { ...first, stage: 'slow', step: 1, ms: { queue: 1, preprocess: 9, compute: 90 } };
  const exit = { after: 'slow', reason: 'last step', step: 1 };
  return { input, score, label, exit, ms: ms + 100, trace: [first, second] };
}

export const failure = (input: string): ReportRow => ({
  input,
  error: { code: 'SV_IMAGE_CORRUPT', message: `${input}: the picture ends early.` },
});

/** A picture of one colour, so that a thumbnail tells which row it belongs to. */
export const picture = (background: string, width = 640, height = 400): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();

export const chromium = [
  process.env.SV_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
].find((path) => path !== undefined && existsSync(path));

// biome-ignore lint/suspicious/noExplicitAny: client modules are JavaScript, checked by a project of their own
export const client = (name: string): Promise<any> =>
  import(new URL(`../../src/cli/report/client/${name}.js`, import.meta.url).href);

/** A whole report from rows that are there already. `picture` says where the thumbnail of a row comes from. */
export async function writeReport(
  rows: Iterable<ReportRow> | AsyncIterable<ReportRow>,
  options: ReportOptions & {
    readonly picture?: (row: ReportRow) => Picture | undefined;
    readonly elapsedMs?: number;
    readonly interrupted?: boolean;
  },
): Promise<void> {
  const { picture, elapsedMs, interrupted, ...rest } = options;
  const report = await createReport(rest);
  try {
    for await (const row of rows) await report.add(row, picture?.(row));
  } catch (error) {
    await report.abort();
    throw error;
  }
  await report.finish({
    ...(elapsedMs === undefined ? {} : { elapsedMs }),
    ...(interrupted === undefined ? {} : { interrupted }),
  });
}
