import { type Augmentation, type Box, didYouMean, isSvError, type Random, SvError } from '@streetvision/core';
import { augment } from './augment.js';
import { EFFECTS } from './effects/index.js';
import { type Pipeline, type PipelineStep, preparePipeline, type ReadyPipeline } from './pipeline.js';

/** Effects and named augmentations in a row, on encoded pictures. */
export interface Chain {
  apply(bytes: Uint8Array, boxes: readonly Box[], random: Random): Promise<ChainResult>;
}

export interface ChainResult {
  readonly bytes: Uint8Array;
  /** Absent where an augmentation does not say how it moves them. */
  readonly boxes?: readonly Box[];
}

interface Link {
  readonly pipeline?: ReadyPipeline;
  readonly named?: Augmentation;
  /** Of its stream of random numbers; the first effects draw as `augment` does. */
  readonly stream?: string;
}

/**
 * Prepares a pipeline whose names may also be those of other augmentations, such as `sn72:2026-01`. Effects next to each
 * other share one decoding. Throws `SV_DATA_AUGMENTATION`.
 * @param find the augmentation of a name that is no effect: `(name) => project.augmentation(name)`
 * @param quality of the JPEG after effects, 1–100
 */
export async function prepareChain(
  pipeline: Pipeline,
  find: (name: string) => Promise<Augmentation> | Augmentation,
  quality = 92,
): Promise<Chain> {
  const links: Link[] = [];
  let effects: PipelineStep[] = [];
  const close = () => {
    const nth = links.filter(({ pipeline: ready }) => ready).length;
    if (effects.length > 0) {
      links.push({ pipeline: preparePipeline(effects), ...(nth > 0 ? { stream: `effects#${nth}` } : {}) });
    }
    effects = [];
  };
  for (const step of pipeline) {
    const [name, settings] = typeof step === 'string' ? [step, undefined] : step;
    if (EFFECTS.some((effect) => effect.name === name)) {
      effects.push(step);
      continue;
    }
    const named = await findNamed(name, find);
    if (settings && Object.keys(settings).length > 0) {
      throw new SvError('SV_DATA_AUGMENTATION', `The augmentation \`${name}\` takes no settings.`, {
        fix: `Write \`${name}\`.`,
      });
    }
    close();
    const nth = links.filter((link) => link.named?.name === name).length;
    links.push({ named, stream: `${name}#${nth}` });
  }
  close();
  if (links.length === 0) throw new SvError('SV_DATA_AUGMENTATION', 'The pipeline has no step.');
  return {
    async apply(bytes, boxes, random) {
      let result: ChainResult = { bytes, boxes };
      for (const { pipeline: ready, named, stream } of links) {
        const own = stream === undefined ? random : random.fork(stream);
        if (named) result = { bytes: await named.apply(result.bytes, own) };
        else if (ready) {
          const { bytes: made, boxes: moved } = await augment(result.bytes, ready, own, {
            boxes: result.boxes ?? [],
            quality,
          });
          result = result.boxes ? { bytes: made, boxes: moved } : { bytes: made };
        }
      }
      return result;
    },
  };
}

async function findNamed(
  name: string,
  find: (name: string) => Promise<Augmentation> | Augmentation,
): Promise<Augmentation> {
  try {
    return await find(name);
  } catch (error) {
    if (!isSvError(error) || error.code !== 'SV_DATA_AUGMENTATION') throw error;
    const hint = didYouMean(
      name,
      EFFECTS.map((effect) => effect.name),
    );
    throw hint === ''
      ? error
      : new SvError('SV_DATA_AUGMENTATION', `There is no augmentation \`${name}\`.${hint}`, { cause: error });
  }
}
