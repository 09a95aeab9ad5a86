import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    resnet: { type: 'string' },
    page: { type: 'string' },
    json: { type: 'string' },
    cache: { type: 'string' },
  },
});
const { images, resnet, page, json } = values;
if (!images || !resnet) throw new Error('--images <folder> and --resnet <file> are needed');

const work = await mkdtemp(join(tmpdir(), 'ablation-'));
const cache = resolve(values.cache ?? join(work, 'embeddings'));
try {
  const project = await createProject(
    { task: roadwork(), plugins: [data(), dinov3({ backbone: `file:${files.backbone}` })], cascade: [{ run: 'dinov3' }] },
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
  for (const [at, clip] of clips.names.entries()) {
    const fold = await makeFold(clip, benches, clips, inner, work, cache);
    for (const variant of all) {
      const rows = clips.of(clip);
      const said = await answerClip(variant, benches, fold, clips, rows);
      for (const [i, row] of rows.entries()) (scores.get(variant.name) as Float64Array)[row] = said[i] as number;
      if (at === 0) ms.set(variant.name, await timeOf(variant, benches, fold, clips, rows.slice(0, 15)));
    }
    process.stderr.write(`${clip}: ${clips.of(clip).length} pictures\n`);
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
  await rm(work, { recursive: true, force: true });
}
