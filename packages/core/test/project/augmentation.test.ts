import { describe, expect, it } from 'vitest';
import { definePlugin, defineStage } from '../../src/define.js';
import { findAugmentation } from '../../src/project/augmentation.js';
import { createProject } from '../../src/project/create.js';

const plugin = (name: string) =>
  definePlugin({
    name,
    api: '^1',
    stages: [defineStage({ name: 'half', run: (frames) => frames.map(() => ({ score: 0.5 })) })],
    augmentations: [{ name: 'rain', description: 'drops', apply: async (bytes) => bytes.slice(0, 1) }],
  });

describe('project.augmentation', () => {
  it('finds what a plugin of the config brings', async () => {
    const project = await createProject({ plugins: [plugin('weather')], cascade: [{ run: 'half' }] });
    const rain = await project.augmentation('rain');
    expect(await rain.apply(Uint8Array.of(7, 8), undefined as never)).toEqual(Uint8Array.of(7));
    await project.close();
  });

  it('names what is near to a mistyped name', () => {
    expect(() => findAugmentation('rian', [plugin('weather')])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no augmentation \`rian\`. Did you mean \`rain\`? Augmentations are rain.]`,
    );
  });

  it('says what brings augmentations where nothing does', () => {
    expect(() => findAugmentation('rain', [])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no augmentation \`rain\`. Run \`npm install @streetvision/plugin-data\`: it brings rain, fog, sn72:2026-01 and more.]`,
    );
  });

  it('refuses to choose between two', () => {
    expect(() => findAugmentation('rain', [plugin('weather'), plugin('sky')])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The augmentation \`rain\` is one of weather and one of sky. Leave one of the plugins out of the config.]`,
    );
  });
});
