import type { Result, StageMs, StageOutput } from '@streetvision/core';
import type { RecordedAnswer } from './types.js';

/** What became of each stage that was asked. A stage of several steps is recorded once. */
export function answersOf({ trace, evidence }: Result): Record<string, RecordedAnswer> {
  const answers: Record<string, RecordedAnswer> = {};
  for (const { stage, step, status, code, reason, ms } of trace) {
    if (status === 'skipped' || stage in answers) continue;
    const said = evidence.find((run) => run.stage === stage && run.step === step);
    answers[stage] = said
      ? { ...plain(said.output), ms: rounded(ms) }
      : { code: code ?? 'SV_STAGE_FAILED', message: reason ?? 'It did not answer.', ms: rounded(ms) };
  }
  return answers;
}

/** What JSON can hold: not embeddings. */
function plain(output: StageOutput): Omit<StageOutput, 'embedding'> {
  const entries = Object.entries(output).filter(([, value]) => !ArrayBuffer.isView(value));
  return Object.fromEntries(entries) as unknown as StageOutput;
}

/** Microseconds are enough. */
const rounded = ({ queue, preprocess, compute }: StageMs): StageMs => ({
  queue: micro(queue),
  preprocess: micro(preprocess),
  compute: micro(compute),
});

const micro = (ms: number) => Math.round(ms * 1_000) / 1_000;
