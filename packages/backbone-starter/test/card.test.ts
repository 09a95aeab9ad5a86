import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { readHeadWeights } from '@streetvision/plugin-learn';
import { roadwork } from '@streetvision/task-roadwork';
import { describe, expect, it } from 'vitest';
import { writeBackboneFolder } from '../../../tools/starter/backbone/folder.js';
import { modelCard } from '../../../tools/starter/card/markdown.js';
import { readSamples } from '../../../tools/starter/data/samples.js';
import { figures } from '../../../tools/starter/evaluate/figures.js';
import { makeStarter } from '../../../tools/starter/make-starter.js';
import { files, starter } from '../src/index.js';

const shared = process.env.SV_SHARED;
const images = join(shared ?? '', 'images');

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'starter-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the model folder', () => {
  it('is what the tool writes, byte for byte', () =>
    inTemporaryFolder(async (folder) => {
      await writeBackboneFolder(folder);
      for (const name of ['config.json', 'preprocessor_config.json', 'onnx/model.onnx']) {
        expect((await readFile(join(folder, name))).equals(await readFile(join(files.backbone, name))), name).toBe(
          true,
        );
      }
    }));
});

it('MODEL_CARD.md says what card.json says', async () => {
  const card = JSON.parse(await readFile(files.card, 'utf8'));
  expect(await readFile(new URL('../MODEL_CARD.md', import.meta.url), 'utf8')).toBe(modelCard(card));
});

describe.skipIf(!shared)('on the photos that the starter was made from', () => {
  it('is made again, head and figures alike', { timeout: 240_000 }, () =>
    inTemporaryFolder(async (folder) => {
      const { baselines, ...made } = await makeStarter({ images, out: folder });
      const { baselines: known, ...card } = JSON.parse(await readFile(files.card, 'utf8'));
      expect(made).toEqual(card);
      expect(baselines.orangePixels).toEqual(known.orangePixels);
      // Processors differ in the last bits of an embedding, and so of what is learnt from it.
      const [ours, shipped] = await Promise.all(
        [join(folder, 'model', 'head.onnx'), files.head].map(async (path) => readHeadWeights(await readFile(path))),
      );
      const weights = (head: typeof ours) => Array.from(head?.members[0]?.[0]?.weight ?? []);
      expect(weights(ours)).toEqual(weights(shipped).map((weight) => expect.closeTo(weight, 3)));
    }),
  );

  it('answers in a cascade with the figures of its card', { timeout: 120_000 }, async () => {
    const samples = (await readSamples(images)).filter(({ source, dense }) => source === 'roadwork_clips' && !dense);
    const sv = await createRuntime(
      { task: roadwork(), plugins: [dinov3(starter)], cascade: [{ run: 'starter' }] },
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    const scores: number[] = [];
    for await (const { result, error } of sv.runAll(samples.map(({ file }) => join(images, file)))) {
      if (!result) throw error;
      scores.push(result.score);
    }
    await sv.close();
    const { confusion, auroc } = figures(scores, samples, [...samples.keys()]);
    const { itself } = JSON.parse(await readFile(files.card, 'utf8'));
    expect(confusion).toEqual(itself.confusion);
    expect(auroc.value).toBeCloseTo(itself.auroc.value, 3);
  });
});
