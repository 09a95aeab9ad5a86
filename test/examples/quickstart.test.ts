import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENES } from '../../tools/scenes/catalogue.js';
import { showsRoadwork } from '../../tools/scenes/scene.js';
import { type Ended, example, sv } from './sv.js';

const cwd = example('quickstart');

/** Pictures that the README names as beyond the starter: orange that is no roadwork, roadwork that is far away. */
const BEYOND = ['autumn', 'distant-cones', 'orange-car', 'school-bus'];

describe('examples/quickstart', () => {
  let folder: string;
  let ended: Ended;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sv-quickstart-'));
    // An empty cache and no network: what it needs lies in the packages.
    ended = await sv(cwd, ['run', 'pictures', '--jsonl', '--report', join(folder, 'report.html')], {
      SV_CACHE: join(folder, 'cache'),
      SV_OFFLINE: '1',
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('answers every picture, without a download', () => {
    expect(ended.code, ended.err).toBe(0);
    expect(rows(ended).map(({ input }) => input)).toEqual(SCENES.map(({ name }) => `pictures/${name}.jpg`).sort());
  });

  it('is right where the starter can be', () => {
    for (const scene of SCENES.filter(({ name }) => !BEYOND.includes(name))) {
      const row = rows(ended).find(({ input }) => input === `pictures/${scene.name}.jpg`);
      expect(row?.label, scene.name).toBe(showsRoadwork(scene) ? 'roadwork' : 'no_roadwork');
    }
  });

  it('says of each answer which stage gave it, why it stopped and what it cost', () => {
    for (const row of rows(ended)) {
      expect(row.exit.after).toBe('dinov3');
      expect(row.exit.reason).toMatch(
        row.score > 0.2 && row.score < 0.8 ? /^end of cascade$/ : /^score 0\.\d+ outside \(0\.2, 0\.8\)$/,
      );
      expect(row.ms).toBeGreaterThan(0);
      expect(row.trace[0]).toMatchObject({ stage: 'dinov3', score: row.score, ms: { compute: expect.any(Number) } });
    }
  });

  it('writes a report that holds every picture', async () => {
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    for (const { name } of SCENES) expect(html).toContain(`pictures/${name}.jpg`);
    expect(ended.err).toContain('report.html');
  });
});

interface Row {
  readonly input: string;
  readonly score: number;
  readonly label: string;
  readonly exit: { readonly after: string; readonly reason: string };
  readonly ms: number;
  readonly trace: readonly unknown[];
}

const rows = ({ out }: Ended): Row[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
