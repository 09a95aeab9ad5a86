import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it, vi } from 'vitest';
import { content, sha256, startHub } from '../../packages/core/test/models/local-hub.js';
import { packed } from '../packed/packed.js';
import { project, starterConfig } from '../packed/project.js';

vi.setConfig({ testTimeout: 120_000 });
beforeAll(() => packed().then(() => undefined), 300_000);

const WEIGHTS = content(3_000_000);

it('`sv models pull` that is killed is resumed by the next', async () => {
  await using hub = await startHub({ 'model.onnx': WEIGHTS });
  hub.behaviour.pace = { bytes: 100_000, ms: 20 };
  const { start, sv } = await project({ 'sv.config.mjs': starterConfig() });
  const ref = `${hub.origin}/plain/model.onnx#sha256-${sha256(WEIGHTS)}`;
  const killed = start('models', 'pull', ref);
  while (hub.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 250));
  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeNull();

  hub.behaviour.pace = { bytes: 1_000_000, ms: 1 };
  const { code, out, err } = await sv('models', 'pull', ref, '--json');
  expect(code, err).toBe(0);
  const [file] = JSON.parse(out);
  expect((await readFile(file.path)).equals(WEIGHTS)).toBe(true);
  expect(hub.seen).toHaveLength(2);
  expect(hub.seen[1]?.status).toBe(206);
  expect(Number(/^bytes=(\d+)-$/.exec(hub.seen[1]?.headers.range ?? '')?.[1])).toBeGreaterThanOrEqual(100_000);

  // What is there needs no network.
  expect((await sv('--offline', 'models', 'pull', ref)).code).toBe(0);
  expect((await sv('models', 'verify')).code).toBe(0);
});

it('Ctrl-C ends a download with 130, and what arrived is kept', async () => {
  await using hub = await startHub({ 'model.onnx': WEIGHTS });
  hub.behaviour.pace = { bytes: 100_000, ms: 30 };
  const { start, sv } = await project({ 'sv.config.mjs': starterConfig() });
  const ref = `${hub.origin}/plain/model.onnx#sha256-${sha256(WEIGHTS)}`;
  const stopped = start('models', 'pull', ref);
  while (hub.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 250));
  stopped.child.kill('SIGINT');
  expect((await stopped.ended).code).toBe(130);
  hub.behaviour.pace = { bytes: 1_000_000, ms: 1 };
  expect((await sv('models', 'pull', ref)).code).toBe(0);
  expect(hub.seen.at(-1)?.status).toBe(206);
});
