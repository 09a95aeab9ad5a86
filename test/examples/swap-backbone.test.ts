import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showsRoadwork } from '../../packages/plugin-data/src/scenes/scene.js';
import { writeResnetFolder } from '../../tools/demonstration/resnet-folder.js';
import { SCENES } from '../../tools/scenes/catalogue.js';
import { type Ended, example, sv } from './sv.js';
import { writeTinyBackbone } from './tiny-backbone.js';

const shared = process.env.SV_SHARED;
const STARTER = "'npm:@streetvision/backbone-starter/model'";

describe('examples/swap-backbone', () => {
  let cwd: string;
  let images: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'sv-swap-'));
    images = join(cwd, 'images');
    await cp(example('quickstart/pictures'), images, { recursive: true });
    const lines = SCENES.map((scene) => `${scene.name}.jpg,${showsRoadwork(scene) ? 1 : 0},${scene.name}`);
    await writeFile(join(images, 'labels.csv'), ['file,label,group', ...lines].join('\n'));
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(cwd, 'node_modules'), 'junction');
    await writeTinyBackbone(join(cwd, 'models', 'red-grid'));
  });
  afterAll(() => rm(cwd, { recursive: true }));

  const ask = (args: readonly string[]) => sv(cwd, args, { SV_OFFLINE: '1', SV_CACHE: join(cwd, 'cache') });

  /** The example's config with one string changed. */
  async function swap(backbone: string, change = (config: string) => config): Promise<void> {
    const config = await readFile(example('swap-backbone/sv.config.ts'), 'utf8');
    expect(config.split(STARTER)).toHaveLength(2);
    await writeFile(join(cwd, 'sv.config.ts'), change(config.replace(STARTER, `'${backbone}'`)));
  }

  async function run(backbone: string, change?: (config: string) => string): Promise<Ended> {
    await swap(backbone, change);
    return ask(['run', 'images', '--jsonl', '-q']);
  }

  /** Trains a head beside the backbone, runs both, and compares the answers with what the trainer said of them. */
  async function trainAndRun(name: string): Promise<number[]> {
    await swap(`./models/${name}`);
    const trained = await ask([
      'train',
      '--data',
      'images/labels.csv',
      '--out',
      `models/${name}`,
      '--json',
      'run.json',
      '--c',
      '1',
      '-q',
    ]);
    expect(trained.code, trained.err).toBe(0);
    const { itself } = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8'));
    const ended = await run(`./models/${name}`);
    expect(ended.code, ended.err).toBe(0);
    const rows = ended.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const counts = { tp: 0, tn: 0, fp: 0, fn: 0 };
    for (const { input, label } of rows) {
      const truth = SCENES.some((scene) => input === `images/${scene.name}.jpg` && showsRoadwork(scene));
      counts[label === 'roadwork' ? (truth ? 'tp' : 'fp') : truth ? 'fn' : 'tn']++;
    }
    expect(counts).toEqual(itself.metrics.confusion);
    return rows.map(({ score }) => score as number);
  }

  it('runs as it is, on the starter', async () => {
    const { code, out, err } = await run('npm:@streetvision/backbone-starter/model');
    expect(code, err).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(SCENES.length);
  });

  it('runs on a backbone of your own with one string changed', async () => {
    const scores = await trainAndRun('red-grid');
    expect(Math.max(...scores) - Math.min(...scores)).toBeGreaterThan(0.05);
  });

  it('refuses a head of another backbone, names each difference and how to retrain', async () => {
    const starterHead = (config: string) => config.replace(/head: `.*`/, `head: ${STARTER.slice(0, -1)}/head.onnx'`);
    const { code, out, err } = await run('./models/red-grid', starterHead);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.replace(/[0-9a-f]{12}…/g, 'SHA256…')).toMatchInlineSnapshot(`
      "SV_HEAD_MISMATCH  [@streetvision/plugin-dinov3#backbone › backbone] Head npm:@streetvision/backbone-starter/model/head.onnx does not fit:
        - backbone is red-grid (sha256 SHA256…), the head was trained on streetvision/starter (sha256 SHA256…)
        - preprocessing width is 96, the head was trained with 320
        - preprocessing height is 96, the head was trained with 180
        fix   Train a head for this backbone: \`sv train --data <labels.csv> --stage backbone --out ./models/red-grid-head\` (it comes with @streetvision/plugin-learn), then set head: './models/red-grid-head/head.onnx'.
        docs  https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#sv_head_mismatch
      "
    `);
  });

  describe.skipIf(!shared)('with the small models beside the checkout', () => {
    it.each(['dinov3-tiny', 'dinov2-reg-tiny', 'dinov3-convnext-tiny', 'siglip2-vision-tiny', 'convnextv2-tiny'])(
      'runs on %s with one string changed',
      async (name) => {
        await cp(join(shared as string, 'goldens/models', name), join(cwd, 'models', name), { recursive: true });
        expect(new Set(await trainAndRun(name)).size).toBeGreaterThan(1);
      },
    );

    it('runs on ResNet-50 with one string changed', async () => {
      await mkdir(join(cwd, 'models'), { recursive: true });
      await writeResnetFolder(
        join(cwd, 'models', 'resnet50'),
        join(shared as string, 'models/resnet50_imagenet_int8w.onnx'),
      );
      expect(new Set(await trainAndRun('resnet50')).size).toBeGreaterThan(1);
    }, 60_000);
  });
});
