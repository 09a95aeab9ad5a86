import { type Dataset, didYouMean, SvError } from '@streetvision/core';

/** Only the samples of one part. While reading it throws `SV_DATA_SPLIT` where no sample lies in that part. */
export function onlyPart(dataset: Dataset, part: string): Dataset {
  return {
    name: `${dataset.name}, ${part}`,
    async *samples() {
      const parts = new Set<string>();
      let found = false;
      for await (const sample of dataset.samples()) {
        if (sample.split === part) {
          found = true;
          yield sample;
        } else if (sample.split !== undefined) parts.add(sample.split);
      }
      if (found) return;
      const names = [...parts].sort();
      throw new SvError('SV_DATA_SPLIT', `\`${dataset.name}\` has no part \`${part}\`.${didYouMean(part, names)}`, {
        fix: names.length > 0 ? `Its parts are ${names.join(', ')}.` : 'It was not split: run `sv data split` first.',
      });
    },
  };
}
