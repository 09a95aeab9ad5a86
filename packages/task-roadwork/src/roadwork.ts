import { didYouMean, SvError, type Task } from '@streetvision/core';
import { PROMPTS } from './prompts.js';

/** Options of `roadwork()`. */
export interface RoadworkOptions {
  /** A score at or above it is labelled `roadwork`. In (0, 1). @default 0.5 */
  readonly threshold?: number;
}

/** The task of deciding whether a photo from the road shows roadwork. */
export interface RoadworkTask extends Task {
  readonly name: 'roadwork';
  readonly classes: readonly ['no_roadwork', 'roadwork'];
  readonly positive: 'roadwork';
  readonly threshold: number;
  /** What plugins read: `prompts`, for generators. */
  readonly knowledge: { readonly prompts: typeof PROMPTS };
}

/**
 * Is there roadwork in this photo? Throws `SV_CONFIG_INVALID` for wrong options.
 *
 * @example
 * export default defineConfig({ task: roadwork({ threshold: 0.6 }), plugins: [], cascade: [] });
 */
export function roadwork(options: RoadworkOptions = {}): RoadworkTask {
  for (const key of Object.keys(options)) {
    if (key !== 'threshold') {
      throw new SvError('SV_CONFIG_INVALID', `roadwork() has no option \`${key}\`.${didYouMean(key, ['threshold'])}`, {
        fix: 'Its only option is `threshold`.',
      });
    }
  }
  const { threshold = 0.5 } = options;
  if (!(typeof threshold === 'number' && threshold > 0 && threshold < 1)) {
    throw new SvError('SV_CONFIG_INVALID', `roadwork() option \`threshold\` is ${JSON.stringify(threshold)}.`, {
      fix: 'It must be a number between 0 and 1, both excluded.',
    });
  }
  return {
    name: 'roadwork',
    classes: ['no_roadwork', 'roadwork'],
    positive: 'roadwork',
    threshold,
    knowledge: { prompts: PROMPTS },
  };
}
