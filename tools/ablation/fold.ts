import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, type StageIdentity, silent } from '@streetvision/core';
import { writeMemory } from '@streetvision/plugin-dinov3';
import { fitStack, type ScoreMatrix, writeStack } from '@streetvision/plugin-learn';
import { roadwork } from '@streetvision/task-roadwork';
import { HEADS, take, trainOn } from './clips.js';
import type { Bench, Clips } from './types.js';
import { type Fold, variants } from './variants.js';

/** Makes all that a fold needs from the other clips: heads, memories, and weights of the ensemble. */
export async function makeFold(
  clip: string,
  benches: ReadonlyMap<string, Bench>,
  clips: Clips,
  inner: InnerScores,
  work: string,
  cache: string,
): Promise<Fold> {
  const dir = join(work, clip);
  await mkdir(dir, { recursive: true });
  const fold: Fold = { file: (name) => join(dir, name), cache };
  const rows = clips.without(clip);
  for (const bench of benches.values()) {
    for (const kind of Object.keys(HEADS) as (keyof typeof HEADS)[]) {
      const head = await trainOn(bench, clips, rows, kind);
      await writeFile(fold.file(`${bench.name}-${kind}.onnx`), head.encode(bench.metadata(head)));
      if (kind === 'logistic') await writeFoldMemory(fold, bench, clips, rows, head);
    }
  }
  const stages = await identities(benches, fold);
  const matrix = await inner(clip, stages);
  for (const method of ['softmax', 'logistic'] as const) {
    await writeStack(fold.file(`${method}.json`), fitStack(matrix, { method }));
  }
  return fold;
}

/** As `buildMemory` admits them: right, and with at least 0.8. */
async function writeFoldMemory(
  fold: Fold,
  bench: Bench,
  clips: Clips,
  rows: readonly number[],
  head: Awaited<ReturnType<typeof trainOn>>,
): Promise<void> {
  const { features, labels } = take(bench, clips, rows);
  const scores = await head.predict(features);
  const kept = [...rows.keys()].filter((i) => (labels[i] ? (scores[i] as number) : 1 - (scores[i] as number)) >= 0.8);
  const { dimension } = bench;
  const embeddings = new Float32Array(kept.length * dimension);
  for (const [at, i] of kept.entries()) {
    const row = features.subarray(i * dimension, (i + 1) * dimension);
    const length = Math.hypot(...row) || 1;
    embeddings.set(
      row.map((value) => value / length),
      at * dimension,
    );
  }
  const { backbone, feature, l2, preprocessing } = JSON.parse(Object.values(bench.metadata(head))[0] as string);
  const { classes, positive } = roadwork();
  await writeMemory(fold.file(`${bench.name}.memory`), {
    backbone: { ...backbone, feature, l2, preprocessing },
    classes,
    dimension,
    embeddings,
    labels: Uint8Array.from(kept, (i) => classes.findIndex((name) => (name === positive) === (labels[i] === 1))),
    ids: kept.map((i) => clips.samples[rows[i] as number]?.id as string),
    built: { minConfidence: 0.8 },
  });
}

async function identities(benches: ReadonlyMap<string, Bench>, fold: Fold): Promise<readonly StageIdentity[]> {
  const plain = variants().find(({ name }) => name.endsWith('logOdds()'));
  if (!plain) throw new Error('no variant runs all stages side by side');
  const sv = await createRuntime(plain.config(benches, fold), { log: silent });
  await sv.close();
  return sv.stages;
}

/** Scores of all samples outside of a clip, each by heads that saw neither its own clip nor that one. */
export type InnerScores = (clip: string, stages: readonly StageIdentity[]) => Promise<ScoreMatrix>;

/** Each pair of clips is left out once, for both of its clips. */
export function innerScores(benches: ReadonlyMap<string, Bench>, clips: Clips): InnerScores {
  const known = new Map<string, Promise<ReadonlyMap<number, number>>>();
  const pair = (bench: Bench, a: string, b: string) => {
    const [first, second] = [a, b].sort() as [string, string];
    const key = `${bench.name} ${first} ${second}`;
    const found = known.get(key) ?? scoresWithout(bench, first, second);
    known.set(key, found);
    return found;
  };
  const scoresWithout = async (bench: Bench, a: string, b: string) => {
    const head = await trainOn(bench, clips, clips.without(a, b), 'logistic');
    const rows = [...clips.of(a), ...clips.of(b)];
    const scores = await head.predict(take(bench, clips, rows).features);
    return new Map(rows.map((row, i) => [row, scores[i] as number]));
  };
  return async (clip, stages) => {
    const rows = clips.without(clip);
    const columns: (readonly number[])[] = [];
    for (const { stage } of stages) {
      const bench = benches.get(stage) as Bench;
      const column: number[] = [];
      for (const row of rows) {
        const own = clips.samples[row]?.group as string;
        column.push((await pair(bench, clip, own)).get(row) as number);
      }
      columns.push(column);
    }
    return {
      stages,
      scores: rows.map((_, i) => columns.map((column) => column[i] as number)),
      truth: rows.map((row) => clips.labels[row] as number),
      groups: rows.map((row) => clips.samples[row]?.group as string),
      data: { name: `without ${clip}`, sha256: '' },
    };
  };
}
