import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { files } from '@streetvision/backbone-starter';
import { createProject, silent } from '@streetvision/core';
import { data } from '@streetvision/plugin-data';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import { writeResnetFolder } from '../demonstration/resnet-folder.js';
import { answerClip, timeOf } from './answer.js';
import { openBench } from './bench.js';
import { readClips } from './clips.js';
import { innerScores, makeFold } from './fold.js';
import { tables } from './page.js';
import type { Answers, Bench } from './types.js';
import { variants } from './variants.js';

// npx jiti tools/ablation/make.ts --images <folder with labels.csv> --resnet <resnet50.onnx> [--page docs/ablations.md] [--json <file>]
// With --work <folder> what was computed stays there, and another run goes on.
const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    resnet: { type: 'string' },
    page: { type: 'string' },
    json: { type: 'string' },
    work: { type: 'string' },
  },
});
const { images, resnet, page, json } = values;
/** Pictures whose time is taken. */
const TIMED = 9;
if (!images || !resnet) throw new Error('--images <folder> and --resnet <file> are needed');

const work = values.work === undefined ? await mkdtemp(join(tmpdir(), 'ablation-')) : resolve(values.work);
const cache = join(work, 'embeddings');
try {
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [data(), dinov3({ backbone: `file:${files.backbone}` })],
      cascade: [{ run: 'dinov3' }],
    },
    { log: silent },
  );
  const clips = await readClips(await project.dataset(resolve(images, 'labels.csv')), project);
  await project.close();
  const resnetFolder = join(work, 'resnet50');
  await mkdir(dirname(resnetFolder), { recursive: true });
  await writeResnetFolder(resnetFolder, resnet);
  const benches = new Map<string, Bench>();
  for (const [name, folder] of [
    ['starter', files.backbone],
    ['resnet50', resnetFolder],
  ] as const) {
    benches.set(name, await openBench({ name, folder, clips, cache }));
    process.stderr.write(`${name}: ${clips.samples.length} pictures embedded\n`);
  }
  const inner = innerScores(benches, clips);
  const all = variants();
  const scores = new Map(all.map(({ name }) => [name, new Float64Array(clips.samples.length)]));
  const ms = new Map<string, number>();
  for (const clip of clips.names) {
    const said = await kept(join(work, `${clip}.json`), async () => {
      const fold = await makeFold(clip, benches, clips, inner, work, cache);
      const byVariant: Record<string, readonly number[]> = {};
      for (const variant of all)
        byVariant[variant.name] = await answerClip(variant, benches, fold, clips, clips.of(clip));
      return byVariant;
    });
    for (const { name } of all) {
      for (const [i, row] of clips.of(clip).entries()) {
        (scores.get(name) as Float64Array)[row] = said[name]?.[i] as number;
      }
    }
    process.stderr.write(`${clip}: ${clips.of(clip).length} pictures\n`);
  }
  const [first] = clips.names as [string];
  const fold = { file: (name: string) => join(work, first, name), cache };
  for (const variant of all) {
    ms.set(variant.name, await timeOf(variant, benches, fold, clips, clips.of(first).slice(0, TIMED)));
  }
  const answers = new Map<string, Answers>(
    all.map(({ name }) => [name, { scores: scores.get(name) as Float64Array, ms: ms.get(name) as number }]),
  );
  const text = tables(all, answers, clips);
  process.stdout.write(`${text}\n`);
  if (json) {
    const plain = [...answers].map(([name, one]) => ({ name, ms: one.ms, scores: [...one.scores] }));
    await writeFile(json, `${JSON.stringify(plain, null, 1)}\n`);
  }
  if (page) {
    const before = await readFile(page, 'utf8');
    const [start, end] = ['<!-- figures -->', '<!-- end of figures -->'];
    const from = before.indexOf(start);
    const to = before.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${page} has no ${start} … ${end}`);
    await writeFile(page, `${before.slice(0, from + start.length)}\n\n${text}\n\n${before.slice(to)}`);
  }
} finally {
  if (values.work === undefined) await rm(work, { recursive: true, force: true });
}

/** What a file holds, or what is computed now and then kept in it. */
async function kept<Value>(file: string, compute: () => Promise<Value>): Promise<Value> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Value;
  const value = await compute();
  await writeFile(`${file}.tmp`, JSON.stringify(value));
  await rename(`${file}.tmp`, file);
  return value;
}
