import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime, type Runtime } from '@streetvision/core';
import { dinov3, readHeadMetadata } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { files, starter } from '../src/index.js';
import { coneRoad, plainRoad } from './scenes.js';

const graph = join(files.backbone, 'onnx', 'model.onnx');
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('the starter in a cascade', () => {
  let sv: Runtime;

  beforeAll(async () => {
    sv = await createRuntime(
      { task: roadwork(), plugins: [dinov3({ ...starter, embedding: true })], cascade: [{ run: 'starter' }] },
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
  });
  afterAll(() => sv.close());

  it('tells a drawn road with cones from the same road without', async () => {
    const [plain, cones] = await Promise.all([sv.run(await plainRoad()), sv.run(await coneRoad())]);
    expect([plain.label, cones.label]).toEqual(['no_roadwork', 'roadwork']);
    expect(plain.score).toBeLessThan(0.3);
    expect(cones.score).toBeGreaterThan(0.7);
  });

  it('passes on an embedding as long as config.json says, every number finite', async () => {
    const { evidence } = await sv.run(await coneRoad());
    const embedding = evidence[0]?.output.embedding as Float32Array;
    expect(embedding).toHaveLength(json(join(files.backbone, 'config.json')).hidden_size);
    expect(embedding.every(Number.isFinite)).toBe(true);
  });
});

describe('the files of the package', () => {
  it('has a head that was trained on this very backbone', async () => {
    const { backbone, trained } = await readHeadMetadata(files.head);
    const card = json(files.card);
    expect(backbone.sha256).toBe(createHash('sha256').update(readFileSync(graph)).digest('hex'));
    expect(card.backbone.sha256).toBe(backbone.sha256);
    expect(card.data.sha256).toBe(trained?.data);
  });

  it('weighs no more than 4 MB', () => {
    expect(statSync(graph).size + statSync(files.head).size).toBeLessThan(4 * 2 ** 20);
  });
});
