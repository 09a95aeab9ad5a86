import type { Evidence } from '../../types/index.js';

/** What was said in the newest step, abstentions left out. */
export function lastStep(evidence: Evidence): Evidence {
  const step = evidence.at(-1)?.step;
  return evidence.filter((run) => run.step === step && !run.output.abstained);
}

/** What was said in any step, abstentions left out. */
export function spoken(evidence: Evidence): Evidence {
  return evidence.filter((run) => !run.output.abstained);
}
