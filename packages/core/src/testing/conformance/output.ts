import { problemOf } from '../../hooks/belief.js';
import type { Frame, StageOutput, Task } from '../../types/index.js';
import { violation } from './check.js';

/** Checks what a stage says: one output per frame, and every number where it belongs. */
export function checkOutputs(
  outputs: unknown,
  frames: readonly Frame[],
  task: Task | undefined,
): asserts outputs is readonly StageOutput[] {
  if (!Array.isArray(outputs))
    throw violation(`\`run\` returned ${typeof outputs}.`, 'Return a list: one output per frame, in order.');
  if (outputs.length !== frames.length) {
    throw violation(
      `\`run\` returned ${outputs.length} outputs for ${frames.length} frames.`,
      'Return one output per frame, in order; { score, abstained: true } for a frame that it does not know.',
    );
  }
  for (const [index, output] of outputs.entries()) checkOutput(output, frames[index] as Frame, task);
}

function checkOutput(output: unknown, frame: Frame, task: Task | undefined): void {
  const at = `The output for \`${frame.id}\``;
  if (typeof output !== 'object' || output === null) {
    throw violation(
      `${at} is ${output === null ? 'null' : typeof output}.`,
      'Return { score } with a score in [0, 1].',
    );
  }
  const problem = problemOf(output);
  if (problem) {
    throw violation(
      `${at} has ${problem}.`,
      'Every score is a probability in [0, 1]; a box has x, y, width and height in pixels, a label and a score.',
    );
  }
  const { scores = {}, embedding } = output as StageOutput;
  const foreign = Object.keys(scores).find((name) => task && !task.classes.includes(name));
  if (foreign !== undefined) {
    throw violation(
      `${at} has a score for \`${foreign}\`, which the task does not have.`,
      `Its classes are ${task?.classes.join(', ')}.`,
    );
  }
  if (embedding && !embedding.every(Number.isFinite)) {
    throw violation(
      `${at} has an embedding with a number that is not finite.`,
      'Check the preprocessing: a NaN there usually means a division by zero.',
    );
  }
}
