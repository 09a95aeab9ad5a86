import { createRuntime, silent } from '@streetvision/core';
import type { Bench, Clips } from './types.js';
import type { Fold, Variant } from './variants.js';

/** What a variant says of a clip's pictures, in their order, by a cascade that really runs. */
export async function answerClip(
  variant: Variant,
  benches: ReadonlyMap<string, Bench>,
  fold: Fold,
  clips: Clips,
  rows: readonly number[],
): Promise<readonly number[]> {
  await using sv = await createRuntime(variant.config(benches, fold), { log: silent });
  const scores: number[] = [];
  for (const row of rows) scores.push((await sv.run(await bytesOf(clips, row))).score);
  return scores;
}

/** Median milliseconds of a picture, without a cache of embeddings. */
export async function timeOf(
  variant: Variant,
  benches: ReadonlyMap<string, Bench>,
  fold: Fold,
  clips: Clips,
  rows: readonly number[],
): Promise<number> {
  await using sv = await createRuntime(variant.config(benches, { ...fold, cache: undefined }), { log: silent });
  const pictures = await Promise.all(rows.map((row) => bytesOf(clips, row)));
  await sv.run(pictures[0] as Uint8Array);
  const times: number[] = [];
  for (const picture of pictures) times.push((await sv.run(picture)).ms);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
}

const bytesOf = (clips: Clips, row: number): Promise<Uint8Array> =>
  (clips.samples[row] as Clips['samples'][number]).read();
