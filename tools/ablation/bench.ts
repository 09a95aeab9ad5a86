import { createFrame, createProject, type Project, type Sample, silent } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import type { Bench, Clips } from './types.js';

export interface BenchOptions {
  readonly name: string;
  /** Model folder. */
  readonly folder: string;
  readonly clips: Clips;
  /** Folder that keeps embeddings. */
  readonly cache: string;
}

/** Embeds all samples with a backbone. */
export async function openBench({ name, folder, clips, cache }: BenchOptions): Promise<Bench> {
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [dinov3({ name, backbone: `file:${folder}`, cache: { dir: cache } })],
      cascade: [{ run: name }],
    },
    { log: silent },
  );
  try {
    return await embedAll(project, name, folder, clips);
  } finally {
    await project.close();
  }
}

async function embedAll(project: Project, name: string, folder: string, { samples }: Clips): Promise<Bench> {
  const slot = project.stage(name).stage.head;
  if (!slot) throw new Error(`${name} takes no head`);
  const backbone = await slot.open(project.load());
  try {
    const rows: Float32Array[] = [];
    for (let from = 0; from < samples.length; from += backbone.maxBatch) {
      const frames = await Promise.all(samples.slice(from, from + backbone.maxBatch).map(frameOf));
      rows.push(...(await backbone.embed(frames, project)));
    }
    const dimension = (rows[0] as Float32Array).length;
    const features = new Float32Array(rows.length * dimension);
    for (const [i, row] of rows.entries()) features.set(row, i * dimension);
    return {
      name,
      folder,
      features,
      dimension,
      metadata: ({ options: { dropout }, masks }) =>
        backbone.headMetadata({
          dimension,
          classes: roadwork().classes,
          positive: roadwork().positive,
          ...(masks.length > 0 && { dropout: { rate: dropout, masks } }),
          trained: {},
        }),
    };
  } finally {
    await backbone.close();
  }
}

const frameOf = async (sample: Sample) => createFrame({ id: sample.id, bytes: await sample.read() });
