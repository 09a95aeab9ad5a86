import { type Step, weighted, window } from '@streetvision/core';
import { type Bounds, boundsOf, exitsOf } from './table.js';

/** What may be changed at a step. */
export interface Room {
  readonly window: boolean;
  /** Stages whose weights may be searched; none where the fusion stays. */
  readonly weights: readonly string[];
  /** Why something stays as it is. */
  readonly left?: string;
}

/** A setting of the whole cascade: one entry per step. */
export interface Setting {
  readonly windows: readonly (Bounds | undefined)[];
  readonly weights: readonly (Readonly<Record<string, number>> | undefined)[];
}

/**
 * What may be changed: windows of all steps but the last, and weights where several stages have spoken. Rules that are
 * bound to a file, such as a calibration with its guarantee, and fusions of one's own stay.
 */
export function roomOf(cascade: readonly Step[], withWeights: boolean): Room[] {
  const spoken: string[] = [];
  return cascade.map((step, index) => {
    for (const name of namesOf(step)) if (!spoken.includes(name)) spoken.push(name);
    const bound = exitsOf(step).some(({ prepare }) => prepare !== undefined);
    const own = step.fuse !== undefined && !('stages' in step.fuse);
    const last = index === cascade.length - 1;
    const left = [
      ...(bound ? ['its exit rule is bound to a file'] : []),
      ...(own && spoken.length > 1 && withWeights ? ['its fusion is its own'] : []),
    ].join('; ');
    return {
      window: !last && !bound,
      // What a window is bound to must stay what it was calibrated on.
      weights: withWeights && !own && !bound && spoken.length > 1 ? [...spoken] : [],
      ...(left ? { left } : {}),
    };
  });
}

/** The cascade under a setting; other rules than windows stay, and come first. */
export function applySetting(cascade: readonly Step[], { windows, weights }: Setting, room: readonly Room[]): Step[] {
  return cascade.map((step, i) => {
    const bounds = windows[i];
    const shares = weights[i];
    const kept = exitsOf(step).filter((rule) => !room[i]?.window || boundsOf(rule) === undefined);
    const exits = bounds ? [...kept, window(...bounds)] : kept;
    const { exit: _, ...rest } = step;
    return { ...rest, ...(exits.length > 0 ? { exit: exits } : {}), ...(shares ? { fuse: weighted(shares) } : {}) };
  });
}

export const namesOf = ({ run }: Step): readonly string[] => (typeof run === 'string' ? [run] : run);

/** What to write into the config. Rules that stay are named, since nobody can write a function down. */
export function snippetOf(cascade: readonly Step[], setting: Setting, room: readonly Room[]): string {
  const lines = cascade.map((step, i) => {
    const names = namesOf(step).map((name) => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
    const parts = [`run: ${names.length === 1 ? names[0] : `[${names.join(', ')}]`}`];
    const kept: string[] = [];
    if (step.when) kept.push('when');
    const shares = setting.weights[i];
    if (shares) parts.push(`fuse: weighted(${objectText(shares)})`);
    else if (step.fuse) kept.push('fuse');
    const bounds = setting.windows[i];
    if (bounds) parts.push(`exit: window(${bounds.join(', ')})`);
    const others = exitsOf(step).some((rule) => boundsOf(rule) === undefined || !room[i]?.window);
    if (others) kept.push(bounds ? 'the other exit rules, before the window' : 'exit');
    if (step.timeoutMs !== undefined) parts.push(`timeoutMs: ${step.timeoutMs}`);
    if (typeof step.onError === 'string') parts.push(`onError: '${step.onError}'`);
    else if (step.onError) parts.push(`onError: { use: '${step.onError.use}' }`);
    return `  { ${parts.join(', ')} },${kept.length > 0 ? ` // keep ${kept.join(' and ')}` : ''}`;
  });
  return ['cascade: [', ...lines, '],'].join('\n');
}

function objectText(shares: Readonly<Record<string, number>>): string {
  const entries = Object.entries(shares).map(
    ([name, share]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: ${share}`,
  );
  return `{ ${entries.join(', ')} }`;
}
