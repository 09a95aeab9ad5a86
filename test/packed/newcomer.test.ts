import { symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { coneRoad, plainRoad } from '../../packages/backbone-starter/test/scenes.js';
import { type Packed, packed, ROOT } from './packed.js';
import { ran } from './process.js';

// Processes by the dozen, on a machine that may do other things too.
vi.setConfig({ testTimeout: 120_000 });

let home: Packed;
let pictures: readonly [plain: Uint8Array, cones: Uint8Array];

beforeAll(async () => {
  [home, pictures] = await Promise.all([packed(), Promise.all([plainRoad(), coneRoad()])]);
}, 300_000);

/** A folder below the installed packages, with pictures in `photos`. */
async function project(files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(home.folder, 'project-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'photos'));
  await writeFile(join(folder, 'photos/plain.png'), pictures[0]);
  await writeFile(join(folder, 'photos/cones.png'), pictures[1]);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return {
    folder,
    sv: (...args: string[]) => ran(home.sv, args, { cwd: folder, env: { SV_CACHE: join(folder, 'cache') } }),
    read: (name: string) => readFile(join(folder, name), 'utf8'),
  };
}

const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const labelsOf = (text: string) => rowsOf(text).map(({ input, label }) => [input, label]);
const LABELS = [
  ['photos/cones.png', 'roadwork'],
  ['photos/plain.png', 'no_roadwork'],
];

describe('a newcomer with the published packages', () => {
  it('has what they declare and nothing else', async () => {
    const dependencies = JSON.parse(await readFile(join(home.folder, 'package.json'), 'utf8')).dependencies;
    expect(Object.values(dependencies).every((from) => String(from).startsWith('file:'))).toBe(true);
    const lock = JSON.parse(await readFile(join(home.folder, 'package-lock.json'), 'utf8'));
    const ours = Object.entries<{ link?: boolean }>(lock.packages).filter(([path]) => path.includes('@streetvision/'));
    // One copy of core for all, and no link back into the repository.
    expect(ours.map(([path]) => path)).toEqual(
      Object.keys(dependencies)
        .sort()
        .map((name) => `node_modules/${name}`),
    );
    expect(ours.every(([, { link }]) => !link)).toBe(true);
    expect(await readdir(join(home.folder, 'node_modules'))).not.toContain('typescript');
  });

  it('runs, reports and explains with npx, by the config that `sv init` wrote', async () => {
    const { folder, sv, read } = await project();
    const init = await ran('npx', ['--no', 'sv', 'init', '--yes'], { cwd: folder });
    expect([init.code, init.out.includes('wrote  sv.config.ts')], init.err).toEqual([0, true]);

    const doctor = await sv('doctor', '--json');
    expect(doctor.code, doctor.out).toBe(0);
    expect(JSON.parse(doctor.out).problems).toBe(0);

    const run = await sv('run', 'photos', '--jsonl', '--report', 'report.html');
    expect(run.code, run.err).toBe(0);
    expect(labelsOf(run.out)).toEqual(LABELS);
    const schema = join(home.folder, 'node_modules/@streetvision/core/schema/result-row.schema.json');
    const row = z.fromJSONSchema(JSON.parse(await readFile(schema, 'utf8')));
    for (const one of rowsOf(run.out)) expect(row.parse(one)).toEqual(one);
    expect(row.safeParse({ ...rowsOf(run.out)[0], score: 1.5 }).success).toBe(false);

    const report = await read('report.html');
    // Style, script, data and thumbnails are in the one file.
    for (const part of ['<style>', '<script>', '"input":"photos/cones.png"', 'data:image/webp']) {
      expect(report.includes(part), part).toBe(true);
    }

    const explain = await sv('explain', 'photos/cones.png');
    expect(explain.out).toMatch(
      /^photos\/cones\.png\n├─ step 1\n│ {2}└─ starter {2}0\.\d{4}[\s\S]*└─ roadwork 0\.\d{4} after starter/,
    );
    expect(explain.err).toBe('');
  });

  it('may write YAML', async () => {
    const { sv } = await project();
    expect((await sv('init', '--format', 'yaml')).out).toContain('wrote  sv.config.yaml');
    const run = await sv('run', 'photos', '--jsonl', '-q');
    expect([run.code, run.err, labelsOf(run.out)]).toEqual([0, '', LABELS]);
  });

  it('may write JavaScript, with a local plugin and a second step', async () => {
    const { sv } = await project({
      'sure.mjs': `
        import { definePlugin, defineStage } from '@streetvision/core';
        const sure = defineStage({ name: 'sure', run: (frames) => frames.map(() => ({ score: 0.9 })) });
        export default definePlugin({ name: 'sure', api: '^1', stages: [sure] });`,
      'sv.config.mjs': `
        import { starter } from '@streetvision/backbone-starter';
        import { agreement, defineConfig, window } from '@streetvision/core';
        import { dinov3 } from '@streetvision/plugin-dinov3';
        import { roadwork } from '@streetvision/task-roadwork';
        export default defineConfig({
          task: roadwork(),
          plugins: [dinov3(starter), './sure.mjs', false],
          cascade: [{ run: 'starter', exit: window(0, 0.7) }, { run: 'sure', exit: agreement(2) }],
        });`,
    });
    const run = await sv('run', 'photos', '--jsonl', '-q');
    expect(run.err).toBe('');
    expect(rowsOf(run.out).map(({ exit }) => exit.after)).toEqual(['starter', 'sure']);
  });

  it('may use core as a library, in plain Node', async () => {
    const { folder } = await project({
      'decide.mjs': `
        import { createRuntime, SvError } from '@streetvision/core';
        import { files, starter } from '@streetvision/backbone-starter';
        import { dinov3, readHeadMetadata } from '@streetvision/plugin-dinov3';
        import { roadwork } from '@streetvision/task-roadwork';
        import card from '@streetvision/backbone-starter/card.json' with { type: 'json' };
        const sv = await createRuntime({ task: roadwork(), plugins: [dinov3(starter)], cascade: [{ run: 'starter' }] });
        const { label, exit } = await sv.run('photos/cones.png');
        const code = await sv.run('photos/gone.png').catch((error) => error instanceof SvError && error.code);
        await sv.close();
        const { classes, backbone } = await readHeadMetadata(files.head);
        console.log(JSON.stringify({ label, after: exit.after, code, classes, same: card.backbone.sha256 === backbone.sha256 }));`,
    });
    const { code, out, err } = await ran(process.execPath, ['decide.mjs'], { cwd: folder });
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      label: 'roadwork',
      after: 'starter',
      code: 'SV_INPUT_NOT_FOUND',
      classes: ['no_roadwork', 'roadwork'],
      same: true,
    });
  });

  it('has types that stand on their own, and that know the stage names', async () => {
    const { folder, sv } = await project({
      'decide.ts': `
        import { createRuntime, type Result, type SvError } from '@streetvision/core';
        import { fakePlugin, fakeStage } from '@streetvision/core/testing';
        import config from './sv.config.js';
        const sv = await createRuntime(config);
        const result: Result = await sv.run('x.jpg');
        for await (const outcome of sv.runAll([])) outcome.error satisfies SvError | undefined;
        console.log(result.exit.after, fakePlugin({ stages: [fakeStage({ name: 'x' })] }).name);`,
      'wrong.ts': `
        import { defineConfig } from '@streetvision/core';
        import { dinov3 } from '@streetvision/plugin-dinov3';
        // @ts-expect-error a stage that is not there
        defineConfig({ plugins: [dinov3({ backbone: 'dinov3-vits16' })], cascade: [{ run: 'dinov33' }] });
        // @ts-expect-error an option that is not there
        dinov3({ backbonne: 'dinov3-vits16' });`,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          target: 'ES2023',
          module: 'NodeNext',
          strict: true,
          exactOptionalPropertyTypes: true,
          // Our declarations are checked too, and those that they rest on.
          skipLibCheck: false,
          noEmit: true,
          types: ['node'],
        },
        include: ['*.ts'],
      }),
    });
    await sv('init', '--yes');
    // What every TypeScript project for Node has of its own.
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
    const tsc = await ran(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: folder,
    });
    expect([tsc.out, tsc.code]).toEqual(['', 0]);
  });
});
