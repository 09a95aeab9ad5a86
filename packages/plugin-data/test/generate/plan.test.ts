import { describe, expect, it } from 'vitest';
import { roadwork } from '../../../task-roadwork/src/index.js';
import { checkGrid, loadGrid, type PromptGrid } from '../../src/generate/grid.js';
import { createPlan } from '../../src/generate/plan.js';
import { task, tempFolder, write } from '../pictures.js';

const grid: PromptGrid = {
  style: 'photo',
  scenes: ['street', 'road'],
  weather: ['rain', 'sun'],
  times: ['night', 'day'],
  negative: 'cartoon',
  classes: {
    roadwork: { subjects: ['cones', 'barrels'] },
    none: { subjects: [''], hard: ['an orange car', 'an orange vest'], negative: 'cones' },
  },
};
const first = (count: number, options = {}) => Array.from({ length: count }, (_, i) => createPlan(grid, options)(i));

describe('plan', () => {
  it('gives the same picture for an index, whatever was asked before', () => {
    const plan = createPlan(grid, { seed: 3 });
    expect([9, 2, 9, 0].map((i) => plan(i))).toEqual([9, 2, 9, 0].map((i) => createPlan(grid, { seed: 3 })(i)));
    expect(createPlan(grid, { seed: 4 })(0)).not.toEqual(plan(0));
    expect(new Set(first(200).map(({ seed }) => seed)).size).toBe(200);
  });

  it('goes through every combination of a class before it repeats one', () => {
    const cones = first(32).filter(({ label }) => label === 'roadwork');
    expect(cones.length).toBe(16);
    expect(new Set(cones.map(({ prompt }) => prompt)).size).toBe(16);
    expect(cones[0]?.prompt).toMatch(/^photo, (street|road), (cones|barrels), (rain|sun), (night|day)$/);
    expect(cones[0]?.negativePrompt).toBe('cartoon');
  });

  it('keeps shares of classes and of hard pictures', () => {
    const shared = first(100, { shares: { roadwork: 0.25, none: 0.75 }, hardShare: 0.4 });
    const none = shared.filter(({ label }) => label === 'none');
    expect([none.length, none.filter(({ hard }) => hard).length]).toEqual([75, 30]);
    expect(none.find(({ hard }) => !hard)?.prompt).toMatch(/^photo, (street|road), (rain|sun), (night|day)$/);
    expect(none[0]?.negativePrompt).toBe('cartoon, cones');
    for (const options of [{ shares: { other: 1 } }, { shares: { roadwork: -1 } }, { hardShare: 2 }]) {
      expect(() => createPlan(grid, options)).toThrow('The shares are');
    }
  });
});

describe('grid', () => {
  it('reads YAML and JSON, and the task of the project', async () => {
    const folder = await tempFolder();
    await write(folder, {
      'p.json': JSON.stringify(grid),
      'p.yaml': 'scenes: [a]\nweather: [b]\ntimes: [c]\nclasses: { roadwork: { subjects: [d] } }\n',
      'bad.yaml': 'a: [',
    });
    expect(await loadGrid(`${folder}/p.json`, task)).toEqual(grid);
    expect(createPlan(await loadGrid(`${folder}/p.yaml`, task))(0).prompt).toBe('a, d, b, c');
    const known = await loadGrid(undefined, roadwork());
    const [a, b] = [0, 1].map((i) => createPlan(known)(i));
    expect([a?.label, b?.label]).toEqual(['roadwork', 'no_roadwork']);
    await expect(loadGrid(undefined, task)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The task roadwork brings no prompts. Name a file of them with --prompts.]`,
    );
    await expect(loadGrid(undefined, undefined)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no config, and so no task that brings prompts. Name a file of them with --prompts.]`,
    );
    await expect(loadGrid(`${folder}/none`, task)).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
    await expect(loadGrid(`${folder}/bad.yaml`, task)).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
  });

  it('names what is wrong', () => {
    const wrong = (changes: object) => () => checkGrid({ ...grid, ...changes }, 'p', task);
    expect(wrong({ scenes: [], extra: 1 })).toThrowErrorMatchingInlineSnapshot(`
      [SvError: The prompts of p are wrong:
        scenes: Too small: expected array to have >=1 items
        grid: Unrecognized key: "extra"]
    `);
    expect(wrong({ classes: { roadworks: { subjects: ['x'] } } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The prompts of p have the classes roadworks. Classes of the task are none, roadwork.]`,
    );
    expect(wrong({ template: '{scene} {wether}' })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The template of p has \`{wether}\`. There are style, scene, subject, weather, time.]`,
    );
  });
});
