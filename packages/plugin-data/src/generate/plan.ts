import { createRandom, SvError } from '@streetvision/core';
import type { PromptGrid } from './grid.js';

/** One picture of a plan. */
export interface PlannedPicture {
  readonly index: number;
  /** By the prompt: nobody has looked at the picture. */
  readonly label: string;
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly seed: number;
  readonly scene: string;
  readonly weather: string;
  readonly time: string;
  readonly subject: string;
  /** Looks like another class and is not. */
  readonly hard: boolean;
}

export interface PlanOptions {
  /** @default 0 */
  readonly seed?: number;
  /** Share of pictures with a hard subject, in classes that have one, in [0, 1]. @default 0.3 */
  readonly hardShare?: number;
  /** Share of each class. @default all alike */
  readonly shares?: Readonly<Record<string, number>>;
}

/** Gives picture after picture; the one with an index is always the same for a grid and a seed. */
export type Plan = (index: number) => PlannedPicture;

const TEMPLATE = '{style}, {scene}, {subject}, {weather}, {time}';
const MAX_CELLS = 200_000;

/** Deals classes by their shares, and to each class the combinations of its grid in a shuffled order. Throws `SV_TRAIN_OPTIONS`. */
export function createPlan(grid: PromptGrid, { seed = 0, hardShare = 0.3, shares }: PlanOptions = {}): Plan {
  const labels = Object.keys(grid.classes);
  const weights = labels.map((label) => shares?.[label] ?? (shares ? 0 : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wrong = Object.keys(shares ?? {}).find((label) => !labels.includes(label));
  if (
    wrong !== undefined ||
    !(total > 0) ||
    weights.some((weight) => !(weight >= 0)) ||
    !(hardShare >= 0 && hardShare <= 1)
  ) {
    throw new SvError('SV_TRAIN_OPTIONS', `The shares are ${JSON.stringify({ ...shares, hard: hardShare })}.`, {
      fix: `Give numbers from 0 to 1 to ${labels.join(', ')}.`,
    });
  }
  const random = createRandom(seed);
  const decks = new Map<string, Deck>();
  const deck = (label: string, kind: 'subjects' | 'hard', subjects: readonly string[]) => {
    const key = `${kind}/${label}`;
    const known = decks.get(key) ?? shuffledCells(grid, subjects, (round) => random.fork(key).fork(round));
    decks.set(key, known);
    return known;
  };
  const dealt = dealer(weights);
  return (index) => {
    const { choice, before } = dealt(index);
    const label = labels[choice] as string;
    const { subjects, hard = [], negative } = grid.classes[label] as PromptGrid['classes'][string];
    // Every so many of the class, evenly, so that any number of pictures has about the share.
    const hardBefore = hard.length === 0 ? 0 : Math.floor(before * hardShare);
    const isHard = hard.length > 0 && Math.floor((before + 1) * hardShare) > hardBefore;
    const cell = isHard
      ? deck(label, 'hard', hard)(hardBefore)
      : deck(label, 'subjects', subjects)(before - hardBefore);
    const words: Record<string, string> = { style: grid.style ?? '', ...cell };
    const prompt = (grid.template ?? TEMPLATE).replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
    return {
      index,
      label,
      prompt: tidy(prompt),
      negativePrompt: tidy([grid.negative, negative].filter(Boolean).join(', ')),
      seed: random.fork(`picture ${index}`).below(2 ** 32),
      ...cell,
      hard: isHard,
    };
  };
}

type Cell = Pick<PlannedPicture, 'scene' | 'weather' | 'time' | 'subject'>;
type Deck = (nth: number) => Cell;

/** All combinations in a shuffled order, then all again in another. */
function shuffledCells(
  grid: PromptGrid,
  subjects: readonly string[],
  random: (round: number) => ReturnType<typeof createRandom>,
): Deck {
  const { scenes, weather, times } = grid;
  const count = scenes.length * weather.length * times.length * subjects.length;
  if (count > MAX_CELLS) {
    throw new SvError(
      'SV_TRAIN_OPTIONS',
      `The grid has ${count} combinations of one class, at most ${MAX_CELLS} are taken.`,
    );
  }
  const order = Array.from({ length: count }, (_, i) => i);
  const rounds: number[][] = [];
  return (nth) => {
    const round = Math.floor(nth / count);
    rounds[round] ??= random(round).shuffle(order);
    let rest = rounds[round]?.[nth % count] as number;
    const take = (list: readonly string[]) => {
      const word = list[rest % list.length] as string;
      rest = Math.floor(rest / list.length);
      return word;
    };
    return { subject: take(subjects), time: take(times), weather: take(weather), scene: take(scenes) };
  };
}

/** Whose turn it is: always the one that is furthest behind its share. */
function dealer(weights: readonly number[]): (index: number) => { choice: number; before: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const had = weights.map(() => 0);
  const turns: { choice: number; before: number }[] = [];
  return (index) => {
    while (turns.length <= index) {
      const behind = weights.map((weight, i) => (weight / total) * (turns.length + 1) - (had[i] as number));
      const choice = behind.indexOf(Math.max(...behind));
      turns.push({ choice, before: had[choice] as number });
      had[choice] = (had[choice] as number) + 1;
    }
    return turns[index] as { choice: number; before: number };
  };
}

const tidy = (text: string) =>
  text
    .replace(/(\s*,\s*)+/g, ', ')
    .replace(/^, |, $/g, '')
    .trim();
