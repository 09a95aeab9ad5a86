import { SvError } from '../errors/sv-error.js';
import type { HookName, LifecycleHooks } from '../types/index.js';
import { isScore, problemOf } from './belief.js';

/** What a hook takes for an answer, in words and as a test. `undefined` always means nothing to say. */
const ANSWERS: { [Name in HookName]: { expected: string; fits(answer: object): boolean } } = {
  preprocess: { expected: 'a frame', fits: (answer) => 'tensor' in answer && typeof answer.tensor === 'function' },
  stage: { expected: 'a stage output with a score in [0, 1]', fits: (answer) => problemOf(answer) === undefined },
  fuse: {
    expected: 'a verdict with a score in [0, 1] and boxes',
    fits: (answer) => 'boxes' in answer && Array.isArray(answer.boxes) && problemOf(answer) === undefined,
  },
  exit: {
    expected: 'an exit with a reason',
    fits: (answer) =>
      'reason' in answer &&
      typeof answer.reason === 'string' &&
      (!('score' in answer) || answer.score === undefined || isScore(answer.score)),
  },
  postprocess: {
    expected: 'a result with a score in [0, 1]',
    fits: (answer) => 'exit' in answer && 'trace' in answer && problemOf(answer) === undefined,
  },
  onResult: { expected: 'nothing', fits: () => true },
};

/** Throws `SV_HOOK_RESULT` where a handler returned what the hook does not take. tapable itself would pass null on. */
export function checkAnswer(hook: HookName | keyof LifecycleHooks, answer: unknown, plugin: string): void {
  if (hook === 'ready' || hook === 'close' || hook === 'onResult') return;
  const { expected, fits } = ANSWERS[hook];
  if (typeof answer === 'object' && answer !== null && fits(answer)) return;
  throw new SvError(
    'SV_HOOK_RESULT',
    `[${plugin} › ${hook}] expected ${expected} or undefined, got ${describe(answer)}.`,
    {
      where: { plugin, hook },
      fix: answer === null ? 'Return undefined to say nothing.' : 'Correct what the handler returns.',
    },
  );
}

function describe(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const problem = 'score' in answer ? problemOf(answer) : undefined;
  if (problem) return problem;
  return Array.isArray(answer) ? 'an array' : `an object with ${Object.keys(answer).join(', ') || 'no keys'}`;
}
