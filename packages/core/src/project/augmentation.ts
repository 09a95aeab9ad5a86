import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import type { Augmentation, Plugin } from '../types/index.js';

/** Whether one of these plugins brings it: those of the config come before the companion packages. */
export const bringsAugmentation = (name: string, plugins: readonly Plugin[]): boolean =>
  plugins.some(({ augmentations = [] }) => augmentations.some((augmentation) => augmentation.name === name));

/** The augmentation of that name. Throws `SV_DATA_AUGMENTATION` where no plugin brings it, or several do. */
export function findAugmentation(name: string, plugins: readonly Plugin[]): Augmentation {
  const all = plugins.flatMap(({ name: plugin, augmentations = [] }) =>
    augmentations.map((augmentation) => ({ augmentation, plugin })),
  );
  const [first, second] = all.filter(({ augmentation }) => augmentation.name === name);
  if (!first) {
    const names = all.map(({ augmentation }) => augmentation.name);
    throw new SvError('SV_DATA_AUGMENTATION', `There is no augmentation \`${name}\`.${didYouMean(name, names)}`, {
      fix:
        names.length > 0
          ? `Augmentations are ${names.join(', ')}.`
          : 'Run `npm install @streetvision/plugin-data`: it brings rain, fog, sn72:2026-01 and more.',
    });
  }
  if (second) {
    throw new SvError(
      'SV_DATA_AUGMENTATION',
      `The augmentation \`${name}\` is one of ${first.plugin} and one of ${second.plugin}.`,
      { fix: 'Leave one of the plugins out of the config.' },
    );
  }
  return first.augmentation;
}
