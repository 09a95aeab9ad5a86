import { type ResolvedSpec, resolveSpec, type TensorSpec } from '@streetvision/core';

/** Every default written out, keys in a fixed order, so that two specs can be compared and hashed. */
export function fullSpec(spec: TensorSpec): ResolvedSpec {
  const { shortestEdge, ...rest } = spec;
  return resolveSpec(shortestEdge !== undefined && spec.fit === 'crop' ? spec : rest);
}

/** A model's own spec with the user's settings over it. */
export function overrideSpec(spec: TensorSpec, changes: Partial<TensorSpec> | undefined): TensorSpec {
  if (!changes) return spec;
  const merged = { ...spec, ...changes };
  if (merged.fit === 'crop' || changes.shortestEdge !== undefined) return merged;
  const { shortestEdge: _, ...rest } = merged;
  return rest;
}

/** What differs, as `[setting, ours, theirs]`. Settings without effect under the spec's `fit`, and `exact`, do not count. */
export function compareSpecs(ours: TensorSpec, theirs: TensorSpec): readonly (readonly [string, string, string])[] {
  const a = fullSpec(ours);
  const b = fullSpec(theirs);
  const idle = new Set<keyof ResolvedSpec>(['exact']);
  if (a.fit !== 'crop' && b.fit !== 'crop') idle.add('shortestEdge');
  if (a.fit !== 'letterbox' && b.fit !== 'letterbox') idle.add('pad');
  return (Object.keys(a) as (keyof ResolvedSpec)[])
    .filter((key) => !idle.has(key) && !same(a[key], b[key]))
    .map((key) => [key, JSON.stringify(a[key]), JSON.stringify(b[key])] as const);
}

// 1/255 and 0.00392156862745098 are one setting.
function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  return a === b;
}
