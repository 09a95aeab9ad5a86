import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject, type Dataset, definePlugin, defineStage, silent, type Task } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { data } from '@streetvision/plugin-data';
import { PROFILES, type ProfileName, simulateValidator } from '@streetvision/plugin-learn';
import { expect, it, onTestFinished } from 'vitest';

const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };

const dataset: Dataset = {
  name: 'drawn',
  async *samples() {
    for (let i = 0; i < 6; i++) {
      yield {
        id: `${i}`,
        label: i % 2 ? 'roadwork' : 'no_roadwork',
        group: `${i}`,
        source: 'photos',
        meta: {},
        read: () => testPicture({ width: 320, height: 180, seed: i + 1, format: 'png' }),
      };
    }
  },
};

it.each([
  ['2026-01', ['jpeg 224x224']],
  ['2026-04', ['jpeg 224x224']],
  ['2026-05', ['jpeg 320x180']],
] as const)('validators of %s send what the subnet sent', async (profile: ProfileName, expected) => {
  const dir = await mkdtemp(join(tmpdir(), 'sv-profiles-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const seen = new Set<string>();
  const stage = defineStage({
    name: 'judge',
    run: (frames) =>
      Promise.all(
        frames.map(async (frame) => {
          const { format, width, height } = await frame.info();
          seen.add(`${format} ${width}x${height}`);
          return { score: 0.9 };
        }),
      ),
  });
  const project = await createProject(
    {
      task,
      plugins: [data(), definePlugin({ name: 'judges', api: '^1', stages: [stage] })],
      cascade: [{ run: 'judge' }],
      models: { cache: join(dir, 'cache') },
    },
    { cwd: dir, log: silent },
  );
  onTestFinished(() => project.close());
  const simulation = await simulateValidator(project, dataset, { profile, challenges: 24, histories: 10, length: 150 });
  expect([...seen]).toEqual(expected);
  expect(simulation.augmentation).toBe(PROFILES[profile].augmentation);
  // One class only: no correlation, half of the answers right.
  expect(simulation.mcc100).toBe(0);
  expect(simulation.expectedReward).toBeLessThan(0.05);
});
