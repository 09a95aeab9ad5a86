import { type Dataset, type ImageLimits, isSvError, makeThumbnail, type Thumbnail } from '@streetvision/core';
import type { Evaluation, JudgedAnswer } from '../evaluate/types.js';

/** A wrong answer with its picture. */
export interface Mistake {
  readonly answer: JudgedAnswer;
  readonly thumbnail: Thumbnail;
}

const WIDTH = 360;

/** Near-duplicates are wrong together: so many of a group are shown before others have had their turn. */
const OF_A_GROUP = 2;

/** The wrong answers that were given most surely, worst first: both kinds, as far as there are. */
export function worstMistakes({ answers }: Pick<Evaluation, 'answers'>, count: number): JudgedAnswer[] {
  const wrong = answers.filter(({ correct }) => !correct);
  const missed = varied(wrong.filter(({ positive }) => positive === 1));
  const alarms = varied(wrong.filter(({ positive }) => positive === 0));
  const half = Math.ceil(count / 2);
  const ofMissed = Math.min(missed.length, Math.max(half, count - alarms.length));
  return [...missed.slice(0, ofMissed), ...alarms.slice(0, count - ofMissed)];
}

/** Worst first, with the surplus of large groups at the end. */
function varied(answers: readonly JudgedAnswer[]): JudgedAnswer[] {
  const distance = ({ score, positive }: JudgedAnswer) => Math.abs(score - positive);
  const sorted = [...answers].sort((a, b) => distance(b) - distance(a) || (a.id < b.id ? -1 : 1));
  const shown = new Map<string, number>();
  const first: JudgedAnswer[] = [];
  const surplus: JudgedAnswer[] = [];
  for (const answer of sorted) {
    const count = (shown.get(answer.group) ?? 0) + 1;
    shown.set(answer.group, count);
    (count <= OF_A_GROUP ? first : surplus).push(answer);
  }
  return [...first, ...surplus];
}

/** Pictures of answers, from the dataset that they are of; where it is not at hand, or a picture gone, it is said. */
export async function picturesOf(
  answers: readonly JudgedAnswer[],
  dataset: Dataset | undefined,
  images: ImageLimits | undefined,
): Promise<Mistake[]> {
  const wanted = new Set(answers.map(({ id }) => id));
  const found = new Map<string, Thumbnail>();
  if (dataset && wanted.size > 0) {
    for await (const sample of dataset.samples()) {
      if (!wanted.delete(sample.id)) continue;
      found.set(sample.id, await thumbnailOf(() => sample.read(), images));
      if (wanted.size === 0) break;
    }
  }
  const why = dataset ? 'The dataset does not have it any more.' : 'Give --data to see the picture.';
  return answers.map((answer) => ({ answer, thumbnail: found.get(answer.id) ?? { why } }));
}

async function thumbnailOf(read: () => Promise<Uint8Array>, images: ImageLimits | undefined): Promise<Thumbnail> {
  try {
    return await makeThumbnail(await read(), WIDTH, images);
  } catch (error) {
    if (!isSvError(error)) throw error;
    return { why: error.message };
  }
}
