import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attributed } from '../errors/attribute.js';
import { SvError } from '../errors/sv-error.js';
import type { OwnedStage } from '../plugins/stages.js';
import type { LoadContext, Logger, ModelFile, StageIdentity } from '../types/index.js';
import { closeReported } from './closing.js';
import { identify } from './identity.js';

/** A stage with its weights in memory. */
export interface LoadedStage extends OwnedStage {
  readonly state: unknown;
  readonly parallel: number;
  readonly identity: StageIdentity;
}

/** Loads the stages side by side; when one fails, those that loaded are unloaded again. Throws the first failure. */
export async function loadStages(
  stages: readonly OwnedStage[],
  contextFor: (signal: AbortSignal) => LoadContext,
  caller: AbortSignal,
): Promise<LoadedStage[]> {
  // When one fails the others stop: nobody waits for gigabytes that will not be used.
  const siblings = new AbortController();
  const context = contextFor(AbortSignal.any([caller, siblings.signal]));
  let failure: { readonly reason: unknown } | undefined;
  const settled = await Promise.allSettled(
    stages.map((owned) =>
      loadStage(owned, context).catch((reason) => {
        failure ??= { reason };
        siblings.abort(reason);
        throw reason;
      }),
    ),
  );
  if (!failure) return settled.map((one) => (one as PromiseFulfilledResult<LoadedStage>).value);
  await unloadStages(
    settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    context.log,
  );
  throw failure.reason;
}

/** Unloads in reverse. A stage that fails to is reported, and the others still get their turn. */
export async function unloadStages(stages: readonly LoadedStage[], log: Logger): Promise<void> {
  for (const { stage, plugin, state } of [...stages].reverse()) {
    if (stage.unload) await closeReported(`[${plugin} › ${stage.name}] unload`, log, () => stage.unload?.(state));
  }
}

async function loadStage(owned: OwnedStage, context: LoadContext): Promise<LoadedStage> {
  const { stage, plugin } = owned;
  try {
    const files: ModelFile[] = [];
    const noted: LoadContext = {
      ...context,
      async model(ref) {
        const file = await context.model(ref);
        files.push(file);
        return file;
      },
    };
    const state: unknown = await stage.load?.(noted);
    const identity = identify(owned, state, files);
    const parallel = typeof stage.parallel === 'function' ? stage.parallel(state) : (stage.parallel ?? 1);
    if (!(parallel >= 1)) {
      throw new SvError('SV_PLUGIN_INVALID', `\`parallel\` is ${parallel}, expected a whole number ≥ 1.`);
    }
    return { ...owned, state, parallel: Math.floor(parallel), identity };
  } catch (cause) {
    throw attributed(cause, `${plugin} › ${stage.name}`, { plugin, stage: stage.name }, 'SV_STAGE_LOAD');
  }
}

/** A folder in the cache, one for each name. @param name `dinov3/embeddings` */
export async function cacheFolder(root: string, name: string): Promise<string> {
  const folder = join(root, 'stages', ...name.split('/').map((part) => part.replace(/[^\w.@-]/g, '_')));
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new SvError('SV_MODEL_DISK', `The cache folder ${folder} cannot be made: ${(cause as Error).message}.`, {
      fix: 'Set models.cache in the config, or SV_CACHE, to a folder that can be written.',
      cause,
    });
  }
  return folder;
}
