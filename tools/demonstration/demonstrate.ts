import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files } from '@streetvision/backbone-starter';
import type { Sample } from '../starter/data/samples.js';
import { type Answer, answerClip } from './answer.js';
import { type HeadFor, writeFoldHeads } from './fold-heads.js';
import { writeResnetFolder } from './resnet-folder.js';
import { type Summary, summarise } from './summary.js';
import { type Judges, RIVALS, type StageName, type Variant } from './variants.js';

export interface DemonstrateOptions {
  /** Folder that the pictures' names start from. */
  readonly images: string;
  /** Pictures of the clips; near-duplicates are trained on, and not judged. */
  readonly samples: readonly Sample[];
  /** ONNX file of a ResNet-50; only the variants that use it need it. */
  readonly resnet?: string | undefined;
  readonly variants: readonly Variant[];
  /** Folder that keeps embeddings. */
  readonly cache?: string | undefined;
  /** Told of each clip that is done. */
  readonly onClip?: (clip: string) => void;
}

/**
 * Each clip judged by cascades whose heads saw none of its pictures. All figures come from cascades that really ran;
 * nothing is computed from stored scores.
 */
export async function demonstrate(options: DemonstrateOptions): Promise<Summary[]> {
  const work = await mkdtemp(join(tmpdir(), 'demonstration-'));
  try {
    return await demonstrateIn(work, options);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function demonstrateIn(work: string, options: DemonstrateOptions): Promise<Summary[]> {
  const { images, samples, variants } = options;
  const judgesFor = await trainJudges(work, options);
  const answers = new Map<string, Answer[]>(variants.map(({ name }) => [name, []]));
  for (const clip of new Set(samples.map(({ group }) => group))) {
    const judged = samples.filter(({ group, dense }) => group === clip && !dense);
    for (const variant of variants) {
      answers.get(variant.name)?.push(...(await answerClip(variant, judgesFor(clip), images, judged)));
    }
    options.onClip?.(clip);
  }
  const rivals = [...answers].filter(([name]) => RIVALS.includes(name));
  return [...answers].map(([name, mine]) =>
    summarise(name, mine, Object.fromEntries(rivals.filter(([rival]) => rival !== name))),
  );
}

/** Heads for every clip, of the stages that some variant asks for. */
async function trainJudges(work: string, { images, samples, variants, resnet, cache }: DemonstrateOptions) {
  const folders: Partial<Record<StageName, string>> = { starter: files.backbone };
  if (resnet !== undefined) {
    folders.resnet50 = join(work, 'resnet50');
    await writeResnetFolder(folders.resnet50, resnet);
  }
  const trained = new Map<StageName, { backbone: string; headFor: HeadFor }>();
  for (const stage of new Set(variants.flatMap(({ stages }) => stages))) {
    const backbone = folders[stage];
    if (backbone === undefined) throw new Error(`${stage} is asked for, and no file of it was given.`);
    const out = join(work, `${stage}-heads`);
    trained.set(stage, { backbone, headFor: await writeFoldHeads({ stage, backbone, images, samples, out, cache }) });
  }
  return (clip: string): Judges =>
    (stage) => {
      const { backbone, headFor } = trained.get(stage) as { backbone: string; headFor: HeadFor };
      return { backbone, head: headFor(clip) };
    };
}
