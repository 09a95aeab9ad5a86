import { createHash } from 'node:crypto';
import { SvError } from '../errors/sv-error.js';
import type { OwnedStage } from '../plugins/stages.js';
import type { ModelFile, StageIdentity } from '../types/index.js';

/** Which model a stage is: what it says of itself, and the files it loaded, in whatever order. */
export function identify(
  { stage, plugin }: OwnedStage,
  state: unknown,
  files: readonly Pick<ModelFile, 'sha256'>[],
): StageIdentity {
  const said: unknown = stage.identity?.(state) ?? '';
  if (typeof said !== 'string') {
    throw new SvError('SV_PLUGIN_INVALID', `\`identity\` gave ${typeof said}, expected a text.`, {
      where: { plugin, stage: stage.name },
    });
  }
  const models = [...new Set(files.map(({ sha256 }) => sha256))].sort();
  const sha256 = createHash('sha256')
    .update(JSON.stringify([said, ...models]))
    .digest('hex');
  return { stage: stage.name, plugin, sha256 };
}
