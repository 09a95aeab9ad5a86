import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, type ModelRef, silent, type Task } from '@streetvision/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dinov3Spec } from '../src/backbones/families.js';
import { encodeEmbedding } from '../src/embeddings/format.js';
import { type Dinov3Options, dinov3, type HeadMetadata } from '../src/index.js';
import { linearHead, softmaxHead } from './head-fixture.js';
import { makeFolder, meanColour, PREPROCESSOR, picture, writeModelFolder } from './model-folder.js';

const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

let folder: Awaited<ReturnType<typeof makeFolder>>;
let metadata: HeadMetadata;
beforeAll(async () => {
  folder = await makeFolder();
  const graph = meanColour().encode();
  await writeModelFolder(join(folder.path, 'colour'), { graph });
  metadata = {
    version: 1,
    backbone: { id: 'colour', sha256: createHash('sha256').update(graph).digest('hex') },
    feature: 'pooler',
    l2: false,
    dimension: 3,
    preprocessing: { width: 8, height: 8 },
    classes: ['no_roadwork', 'roadwork'],
    positive: 'roadwork',
    calibration: null,
  };
  // Redder than green: roadwork.
  await writeFile(join(folder.path, 'head.onnx'), linearHead([4, -4, 0], 0.5, metadata));
});
afterAll(() => folder.remove());

async function open(options: Partial<Dinov3Options> = {}, decided: Task | null = task) {
  const plugin = dinov3({ backbone: './colour', head: './head.onnx', ...options });
  return createRuntime(
    {
      ...(decided && { task: decided }),
      plugins: [plugin],
      cascade: [{ run: plugin.stages?.[0]?.name ?? 'dinov3' }],
      models: { cache: join(folder.path, 'cache') },
    },
    { cwd: folder.path, log: silent },
  );
}

const failure = async (options: Partial<Dinov3Options>, decided?: Task) =>
  open(options, decided).then(
    () => 'it opened',
    (error) => ({ code: error.code, message: error.message }),
  );

describe('the stage', () => {
  it('answers with the probability of the head, per class, and keeps the embedding to itself', async () => {
    await using sv = await open();
    const result = await sv.run(await picture(255, 51, 0));
    expect(result.score).toBeCloseTo(sigmoid(4 * 1 - 4 * 0.2 + 0.5), 5);
    expect(result.label).toBe('roadwork');
    const output = result.evidence[0]?.output;
    expect(output?.scores?.no_roadwork).toBeCloseTo(1 - result.score, 6);
    expect(output).not.toHaveProperty('embedding');
  });

  it('batches frames and answers each with its own', async () => {
    await using sv = await open({ maxBatch: 4, maxDelayMs: 20, embedding: true });
    const reds = [0, 51, 102, 153, 204, 255];
    const results = await Promise.all(reds.map(async (red) => sv.run(await picture(red, 0, 102))));
    results.forEach((result, i) => {
      const red = (reds[i] as number) / 255;
      expect(result.score).toBeCloseTo(sigmoid(4 * red + 0.5), 5);
      const embedding = result.evidence[0]?.output.embedding;
      expect(embedding).toHaveLength(3);
      expect(embedding?.[0]).toBeCloseTo(red, 5);
      expect(embedding?.[2]).toBeCloseTo(0.4, 5);
    });
  });

  it('runs two backbones side by side under two names', async () => {
    const twice = meanColour(2).encode();
    await writeModelFolder(join(folder.path, 'twice'), { graph: twice });
    const own = { ...metadata, backbone: { id: 'twice', sha256: createHash('sha256').update(twice).digest('hex') } };
    await writeFile(join(folder.path, 'twice.onnx'), linearHead([4, -4, 0], 0.5, own));
    await using sv = await createRuntime(
      {
        task,
        plugins: [
          dinov3({ backbone: './colour', head: './head.onnx' }),
          dinov3({ name: 'twice', backbone: './twice', head: './twice.onnx' }),
        ],
        cascade: [{ run: ['dinov3', 'twice'] }],
        models: { cache: join(folder.path, 'cache') },
      },
      { cwd: folder.path, log: silent },
    );
    const { evidence } = await sv.run(await picture(102, 51, 0));
    const scores = Object.fromEntries(evidence.map((run) => [run.stage, run.output.score]));
    expect(scores.dinov3).toBeCloseTo(sigmoid(4 * 0.2 + 0.5), 5);
    expect(scores.twice).toBeCloseTo(sigmoid(8 * 0.2 + 0.5), 5);
  });

  it('calibrates where the head says how', async () => {
    const calibrated = { ...metadata, calibration: { method: 'platt', a: 0.5, b: -1 } };
    await writeFile(join(folder.path, 'platt.onnx'), linearHead([4, -4, 0], 0.5, calibrated));
    await using sv = await open({ head: './platt.onnx' });
    expect((await sv.run(await picture(255, 0, 0))).score).toBeCloseTo(sigmoid(0.5 * 4.5 - 1), 5);
  });

  it('divides by the length where the head was trained so', async () => {
    await writeFile(join(folder.path, 'l2.onnx'), linearHead([4, -4, 0], 0.5, { ...metadata, l2: true }));
    await using sv = await open({ head: './l2.onnx' });
    expect((await sv.run(await picture(102, 0, 0))).score).toBeCloseTo(sigmoid(4 + 0.5), 5);
  });

  it('takes heads of several classes, and without a task says how sure it is of the best', async () => {
    const own = { ...metadata, classes: ['red', 'green', 'blue'], positive: 'blue' };
    await writeFile(
      join(folder.path, 'three.onnx'),
      softmaxHead(
        [
          [5, 0, 0],
          [0, 5, 0],
          [0, 0, 5],
        ],
        own,
      ),
    );
    await using sv = await open({ head: './three.onnx' }, null);
    const red = await sv.run(await picture(255, 0, 0));
    const best = Math.exp(5) / (Math.exp(5) + 2);
    expect(red.score).toBeCloseTo(best, 5);
    expect(red.label).toBe('red');
    expect(Object.values(red.scores ?? {}).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  });

  it('feeds a graph with a fixed batch of 1 one by one', async () => {
    const graph = meanColour(1, 1).encode();
    await writeModelFolder(join(folder.path, 'single'), { graph });
    const own = { ...metadata, backbone: { id: 'x', sha256: createHash('sha256').update(graph).digest('hex') } };
    await writeFile(join(folder.path, 'single.onnx'), linearHead([4, -4, 0], 0.5, own));
    await using sv = await open({ backbone: './single', head: './single.onnx', maxDelayMs: 20 });
    const results = await Promise.all([0, 255].map(async (red) => sv.run(await picture(red, 0, 0))));
    expect(results.map((result) => result.score.toFixed(4))).toEqual(
      [sigmoid(0.5), sigmoid(4.5)].map((p) => p.toFixed(4)),
    );
  });

  it('names features that are not finite instead of passing them on', async () => {
    const graph = meanColour(Number.NaN).encode();
    await writeModelFolder(join(folder.path, 'nan'), { graph });
    const own = { ...metadata, backbone: { id: 'x', sha256: createHash('sha256').update(graph).digest('hex') } };
    await writeFile(join(folder.path, 'nan.onnx'), linearHead([4, -4, 0], 0.5, own));
    await using sv = await open({ backbone: './nan', head: './nan.onnx' });
    await expect(sv.run({ id: 'a.png', bytes: await picture(9, 9, 9) })).rejects.toMatchObject({
      code: 'SV_STAGE_OUTPUT',
      message: expect.stringContaining('NaN in the features of a.png'),
    });
  });
});

describe('what is refused at load', () => {
  it('a stage without a head', async () => {
    const plugin = dinov3({ backbone: './colour' });
    const config = { task, plugins: [plugin], cascade: [{ run: 'dinov3' as const }] };
    await expect(createRuntime(config, { cwd: folder.path, log: silent })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: [@streetvision/plugin-dinov3 › dinov3] No \`head\` was given for backbone ./colour: features alone decide nothing. Give one: head: './models/head.onnx'. Train a head for this backbone: \`sv train --data <labels.csv> --stage dinov3 --out ./models/colour-head\` (it comes with @streetvision/plugin-learn), then set head: './models/colour-head/head.onnx'.]`,
    );
  });

  it('a head of another backbone, before the backbone is opened', async () => {
    await writeModelFolder(join(folder.path, 'swapped'), { graph: Buffer.from('not even a graph') });
    expect(await failure({ backbone: './swapped' })).toMatchObject({
      code: 'SV_HEAD_MISMATCH',
      message: expect.stringMatching(
        /backbone is swapped .*the head was trained on colour[\s\S]*Train a head .*: `sv train/,
      ),
    });
  });

  it('a head of another backbone, before that is downloaded', async () => {
    const asked: ModelRef[] = [];
    const load = async (backbone: string, change: Partial<HeadMetadata>) => {
      asked.length = 0;
      const path = join(folder.path, 'other.onnx');
      await writeFile(path, linearHead([1, 2, 3], 0, { ...metadata, ...change }));
      const [stage] = dinov3({ backbone, head: './other.onnx' }).stages ?? [];
      const model = async (ref: ModelRef) => {
        asked.push(ref);
        if (ref.startsWith('file:')) return { ref, path, sha256: 'a'.repeat(64), bytes: 1 };
        throw new Error('the network was asked');
      };
      return (stage as { load(ctx: unknown): Promise<unknown> }).load({ model, task }).then(String, String);
    };
    const fits = { ...metadata, dimension: 384, feature: 'cls', preprocessing: dinov3Spec() } as const;
    const id = (name: string) => ({ ...fits, backbone: { ...metadata.backbone, id: name } });
    expect(await load('dinov3-vits16', id('streetvision/starter'))).toMatchInlineSnapshot(`
      "SvError: Head ./other.onnx does not fit:
        - backbone is facebook/dinov3-vits16-pretrain-lvd1689m, the head was trained on streetvision/starter
       Train a head for this backbone: \`sv train --data <labels.csv> --stage dinov3 --out ./models/dinov3-vits16-head\` (it comes with @streetvision/plugin-learn), then set head: './models/dinov3-vits16-head/head.onnx'."
    `);
    expect(await load('dinov3-vits16', { ...fits, dimension: 10 })).toContain('dimension is 384');
    expect(await load('dinov3-vits16', { ...fits, preprocessing: { width: 8, height: 8 } })).toContain('width is 224');
    expect(asked).toEqual(['file:./other.onnx']);
    // One model by three names: there its sha256 must decide.
    const published = 'onnx-community/dinov3-vits16-pretrain-lvd1689m-ONNX';
    for (const name of ['facebook/dinov3-vits16-pretrain-lvd1689m', published, 'my-folder']) {
      expect(await load('dinov3-vits16', id(name))).toBe('Error: the network was asked');
      expect(asked.at(-1)).toBe(`hf:${published}@main/onnx/model.onnx`);
    }
  });

  it('other preprocessing, another feature, another task', async () => {
    const cracks: Task = { name: 'cracks', classes: ['crack', 'none'], positive: 'crack' };
    expect(await failure({ preprocessing: { resample: 'bicubic' } })).toMatchObject({ code: 'SV_HEAD_MISMATCH' });
    expect(await failure({ l2: true })).toMatchObject({ code: 'SV_HEAD_MISMATCH' });
    expect(await failure({}, cracks)).toMatchObject({ code: 'SV_HEAD_MISMATCH' });
  });

  it('a head whose graph contradicts its metadata', async () => {
    await writeFile(join(folder.path, 'wide.onnx'), linearHead([1, 2, 3, 4], 0, metadata));
    expect(await failure({ head: './wide.onnx' })).toMatchObject({ code: 'SV_HEAD_INVALID' });
    await writeFile(join(folder.path, 'linear.onnx'), meanColour().encode());
    expect(await failure({ head: './linear.onnx' })).toMatchObject({ code: 'SV_HEAD_INVALID' });
    expect(await failure({ head: './absent.onnx' })).toMatchObject({ code: 'SV_MODEL_NOT_FOUND' });
  });

  it('a folder that lacks a file or a setting', async () => {
    const path = (name: string) => join(folder.path, name);
    await writeModelFolder(path('nosize'), { preprocessor: { ...PREPROCESSOR, size: undefined } });
    expect(await failure({ backbone: './nosize' })).toMatchObject({
      code: 'SV_MODEL_FOLDER',
      message: expect.stringContaining('`size`'),
    });
    await writeModelFolder(path('broken'));
    await writeFile(join(path('broken'), 'config.json'), '{');
    expect(await failure({ backbone: './broken' })).toMatchObject({ code: 'SV_MODEL_FOLDER' });
    expect(await failure({ backbone: './colour', dtype: 'fp16' })).toMatchObject({
      code: 'SV_MODEL_FOLDER',
      message: expect.stringContaining('onnx/model_fp16.onnx'),
    });
    expect(await failure({ backbone: './nothing' })).toMatchObject({ code: 'SV_MODEL_FOLDER' });
    const large = { ...PREPROCESSOR, size: { height: 16, width: 16 } };
    await writeModelFolder(path('large'), { preprocessor: large });
    const own = { ...metadata, preprocessing: { width: 16, height: 16 } };
    await writeFile(path('large.onnx'), linearHead([1, 2, 3], 0, own));
    expect(await failure({ backbone: './large', head: './large.onnx' })).toMatchObject({
      code: 'SV_MODEL_FOLDER',
      message: expect.stringContaining('takes pixel_values [batch, 3, 8, 8]'),
    });
  });

  it('weights in another file count for the identity of a backbone', async () => {
    const sha = async (gain: number) => {
      const { model, data } = meanColour(gain).encodeExternal('model.onnx_data');
      await writeModelFolder(join(folder.path, 'external'), { graph: model });
      await writeFile(join(folder.path, 'external', 'onnx', 'model.onnx_data'), data);
      const refused = await failure({ backbone: './external' });
      return JSON.stringify(refused).match(/external \(sha256 (\w+)/)?.[1];
    };
    const [one, two, again] = [await sha(1), await sha(2), await sha(1)];
    expect(one).toBeDefined();
    expect(two).not.toBe(one);
    expect(again).toBe(one);
  });
});

describe('the embeddings cache', () => {
  const cached = async () => {
    const root = join(folder.path, 'embeddings');
    const names = await readdir(root, { recursive: true });
    return names.filter((name) => name.endsWith('.emb')).map((name) => join(root, name));
  };

  it('spares the backbone what an earlier run has seen, and heals damage', async () => {
    const cache = { dir: join(folder.path, 'embeddings') };
    const bytes = await picture(255, 0, 0);
    {
      await using sv = await open({ cache });
      expect((await sv.run(bytes)).score).toBeCloseTo(sigmoid(4.5), 5);
    }
    const [file = ''] = await cached();
    const original = await readFile(file);
    // A marked entry shows whether the next run reads it or computes.
    await writeFile(file, encodeEmbedding(Float32Array.of(0, 0, 0)));
    {
      await using sv = await open({ cache });
      expect((await sv.run(bytes)).score).toBeCloseTo(sigmoid(0.5), 5);
      expect((await sv.run(await picture(0, 255, 0))).score).toBeCloseTo(sigmoid(-3.5), 5);
    }
    await writeFile(file, original.subarray(0, 20));
    {
      await using sv = await open({ cache });
      expect((await sv.run(bytes)).score).toBeCloseTo(sigmoid(4.5), 5);
    }
    expect(await readFile(file)).toEqual(original);
    expect(await cached()).toHaveLength(2);
  });
});

describe('sv doctor', () => {
  const diagnose = async (options: Dinov3Options, decided: Task = task) =>
    (await dinov3(options).doctor?.({ log: silent, dir: folder.path, task: decided })) ?? [];

  it('says what is there', async () => {
    const colour = join(folder.path, 'colour');
    const findings = await diagnose({ backbone: colour, head: join(folder.path, 'head.onnx') });
    expect(findings.map((finding) => finding.level)).toEqual(['ok', 'ok']);
  });

  it('starts from the folder of the config, and knows the classes of the task', async () => {
    const options = { backbone: './colour', head: './head.onnx' };
    expect((await diagnose(options)).map((finding) => finding.level)).toEqual(['ok', 'ok']);
    const [, head] = await diagnose(options, { name: 'cracks', classes: ['crack', 'none'], positive: 'crack' });
    expect(head).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('task cracks has the classes crack, none, the head knows no_roadwork, roadwork'),
      fix: expect.stringContaining('Train a head'),
    });
    await writeFile(join(folder.path, 'page.onnx'), '<html>');
    expect((await diagnose({ ...options, head: './page.onnx' }))[1]).toMatchObject({ level: 'problem' });
  });

  it('knows a head of another backbone without a model', async () => {
    const [, head] = await diagnose({ backbone: 'dinov3-vits16', head: './head.onnx' });
    expect(head?.message.replace(folder.path, '')).toMatchInlineSnapshot(
      `"head /head.onnx does not fit: dimension is 384, the head was trained on 3; preprocessing width is 224, the head was trained with 8; preprocessing height is 224, the head was trained with 8; preprocessing rounding is "float", the head was trained with "uint8"; preprocessing mean is [0.485,0.456,0.406], the head was trained with [0,0,0]; preprocessing std is [0.229,0.224,0.225], the head was trained with [1,1,1]"`,
    );
    expect(head?.fix).toContain('--stage dinov3 --out ./models/dinov3-vits16-head');
    await writeModelFolder(join(folder.path, 'sixteen'), {
      preprocessor: { ...PREPROCESSOR, size: { height: 16, width: 16 } },
    });
    expect((await diagnose({ backbone: './sixteen', head: './head.onnx' }))[1]).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('preprocessing width is 16'),
    });
  });

  it('says what is missing and how to mend it', async () => {
    const findings = await diagnose({ backbone: join(folder.path, 'nothing') });
    expect(findings).toMatchObject([
      { level: 'problem', message: expect.stringContaining('lacks config.json and preprocessor_config.json') },
      { level: 'problem', message: expect.stringContaining('no `head`'), fix: expect.stringContaining('sv train') },
    ]);
    expect(await diagnose({ backbone: 'dinov3-vitl6', head: 'x.onnx' })).toMatchObject([
      { level: 'problem', message: expect.stringContaining('Did you mean `dinov3-vitl16`?') },
      { level: 'problem', message: expect.stringContaining('there is no ') },
    ]);
    expect((await diagnose({ backbone: 'dinov3-vit7b16', head: 'hf:x/y@main/head.onnx' }))[0]).toMatchObject({
      level: 'problem',
      fix: expect.stringContaining('torch.onnx.export'),
    });
    expect(await diagnose({ backbone: 'dinov3-vits16', head: 'hf:x/y@main/head.onnx' })).toMatchObject([
      { level: 'ok', message: expect.stringContaining('licence: DINOv3 License') },
      { level: 'ok', message: expect.stringContaining('checked when it loads') },
    ]);
    expect((await diagnose({ backbone: './colour', head: 'npm:x/head.onnx' }))[1]).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('the package x is not installed'),
    });
  });
});
