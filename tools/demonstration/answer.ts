import { join } from 'node:path';
import { createLogger, createRuntime, type Runtime } from '@streetvision/core';
import type { Sample } from '../starter/data/samples.js';
import type { Judges, Variant } from './variants.js';

export interface Answer {
  readonly sample: Sample;
  readonly score: number;
  readonly label: string;
  /** Name of the stage it stopped after. */
  readonly after: string;
  /** Milliseconds from the file's path to the answer. */
  readonly ms: number;
}

/** What a variant says of one clip's pictures, each answered on its own. */
export async function answerClip(
  variant: Variant,
  judges: Judges,
  images: string,
  samples: readonly Sample[],
): Promise<Answer[]> {
  const sv = await createRuntime(variant.config(judges), { log: createLogger({ level: 'warn' }) });
  try {
    await warm(sv, images, samples, variant.config(judges).cascade?.length ?? 1);
    const answers: Answer[] = [];
    for (const sample of samples) {
      const { score, label, exit, ms } = await sv.run(join(images, sample.file));
      answers.push({ sample, score, label, after: exit.after, ms });
    }
    return answers;
  } finally {
    await sv.close();
  }
}

/** The first run of a session sets it up, and its time is no picture's: pictures go by until one has reached the last step. */
async function warm(sv: Runtime, images: string, samples: readonly Sample[], steps: number): Promise<void> {
  for (const sample of samples) {
    const { exit } = await sv.run(join(images, sample.file));
    if (exit.step === steps - 1) return;
  }
}
