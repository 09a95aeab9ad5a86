import type { Pull, Tape, Value } from './types.js';

/** One operator that was recorded, with the gradient by each of its inputs. */
export interface Step {
  readonly output: Value;
  readonly inputs: readonly Value[];
  readonly pulls: readonly Pull[];
}

/** Walks back from the loss; gradients of what does not lead to `by` are never written. */
export function differentiate(e: Tape, recorded: readonly Step[], loss: Value, by: readonly Value[]): Value[] {
  if (loss.dims.some((d) => d !== 1)) {
    throw new RangeError(`the loss is [${loss.dims.join(', ')}], expected one element`);
  }
  // Gradients are recorded as well while this goes on.
  const steps = [...recorded];
  const leads = new Set(by.map(({ name }) => name));
  for (const { output, inputs, pulls } of steps) {
    if (pulls.some((_, i) => leads.has(inputs[i]?.name ?? ''))) leads.add(output.name);
  }
  const gradients = new Map<string, Value>([[loss.name, e.expand(e.value(1), loss)]]);
  for (const { output, inputs, pulls } of steps.reverse()) {
    const up = gradients.get(output.name);
    if (!up) continue;
    for (const [i, pull] of pulls.entries()) {
      const name = inputs[i]?.name ?? '';
      if (!leads.has(name)) continue;
      const part = pull(up);
      const before = gradients.get(name);
      gradients.set(name, before ? e.add(before, part) : part);
    }
  }
  return by.map((value) => {
    const gradient = gradients.get(value.name);
    if (!gradient) throw new RangeError(`the loss does not depend on ${value.name}`);
    return gradient;
  });
}
