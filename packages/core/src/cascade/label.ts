import type { Task, Verdict } from '../types/index.js';

const DEFAULT_THRESHOLD = 0.5;

/**
 * The class that a belief decides for. With a task: the positive class at or above its threshold, else the likeliest of
 * the others. Without one: the likeliest class named, or `positive` / `negative` where a stage names none.
 */
export function labelOf(belief: Pick<Verdict, 'score' | 'scores'>, task: Task | undefined): string {
  if (!task)
    return belief.scores ? likeliest(belief.scores) : belief.score >= DEFAULT_THRESHOLD ? 'positive' : 'negative';
  if (belief.score >= (task.threshold ?? DEFAULT_THRESHOLD)) return task.positive;
  const others = task.classes.filter((name) => name !== task.positive);
  const { scores } = belief;
  if (!scores || others.length === 1) return others[0] as string;
  return likeliest(Object.fromEntries(others.map((name) => [name, scores[name] ?? 0])));
}

function likeliest(scores: Readonly<Record<string, number>>): string {
  let best = '';
  let highest = Number.NEGATIVE_INFINITY;
  for (const [name, score] of Object.entries(scores)) {
    if (score > highest) [best, highest] = [name, score];
  }
  return best;
}
