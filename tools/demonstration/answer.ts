import { join } from 'node:path';
import { createLogger, createRuntime } from '@streetvision/core';
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
    const answers: Answer[] = [];
    // The first run of a session sets it up: its time is no picture's.
    for (const sample of [...samples.slice(0, 1), ...samples]) {
      const { score, label, exit, ms } = await sv.run(join(images, sample.file));
      answers.push({ sample, score, label, after: exit.after, ms });
    }
    return answers.slice(1);
  } finally {
    await sv.close();
  }
}
