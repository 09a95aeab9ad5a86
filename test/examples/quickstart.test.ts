import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showsRoadwork } from '../../packages/plugin-data/src/scenes/scene.js';
import { SCENES } from '../../tools/scenes/catalogue.js';
import { type Ended, example, sv } from './sv.js';

const cwd = example('quickstart');

/** Pictures that the README names as beyond the starter: orange that is no roadwork. */
const BEYOND = ['autumn', 'orange-car', 'school-bus'];

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
      const [first, second] = row.trace;
      const sure = Number(first?.score) <= 0.2 || Number(first?.score) >= 0.8;
      expect(row.exit).toMatchObject(
        sure
          ? { after: 'starter', reason: expect.stringMatching(/^score 0\.\d+ outside \(0\.2, 0\.8\)$/) }
          : { after: 'closer', reason: 'end of cascade' },
      );
      expect(row.trace).toHaveLength(sure ? 1 : 2);
      expect((second ?? first)?.score).toBe(row.score);
      expect(row.ms).toBeGreaterThan(first?.ms.compute ?? Number.NaN);
    }
  });

  it('asks the second look only where the first is unsure, and finds the distant cones with it', () => {
    const asked = rows(ended).filter(({ exit }) => exit.after === 'closer');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(SCENES.length / 2);
    const distant = rows(ended).find(({ input }) => input === 'pictures/distant-cones.jpg');
    expect(distant).toMatchObject({ label: 'roadwork', exit: { after: 'closer' } });
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
  readonly trace: readonly { readonly score: number; readonly ms: { readonly compute: number } }[];
}

const rows = ({ out }: Ended): Row[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
